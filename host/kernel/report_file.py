"""The report of the last web process that became ready, kept beside the data for commands that run no plugin."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from host.kernel.exposure import Exposure
from host.kernel.processes import started_at
from host.kernel.report import PluginStatus, Report
from host.logs import get_logger

FILE_NAME: Final = "report.json"
_log = get_logger(__name__)
_TUPLES: Final = ("requires", "required_by", "provides")


@dataclass(frozen=True)
class StoredReport:
    """What a web process found when it became ready.

    Args:
        running: whether that process is still there; told only on its own machine.
        closed: why it serves a maintenance page only, or ``None``.
        address: host and port it listens on, which the command line may have chosen for it.
    """

    written: datetime
    plan_hash: str
    closed: str | None
    running: bool
    address: tuple[str, int] | None
    rows: Mapping[str, PluginStatus]


@dataclass(frozen=True)
class ReportFile:
    """Writes and reads the file.

    Args:
        data_dir: the host's data folder.
    """

    data_dir: Path

    def write(self, report: Report, plan_hash: str, closed: str | None, address: tuple[str, int] | None = None) -> None:
        """Replace the file with `report`; two processes that do it at once leave one whole file."""
        stored = {
            "written": datetime.now(UTC).isoformat(),
            "process": {"pid": os.getpid(), "started": started_at(os.getpid()), "host": socket.gethostname()},
            "plan_hash": plan_hash,
            "closed": closed,
            "address": address,
            "plugins": [as_json(row) for row in report.rows],
        }
        fresh = self._path.with_suffix(f".{os.getpid()}")
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(stored, indent=2), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            # Only commands read it, and they say where they miss it: no reason to refuse a start.
            _log.warning("the report of this start can't be kept", error=str(error))

    def read(self) -> StoredReport | None:
        """Return the stored report; ``None`` when there is none, or one of another version of the host."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            rows = [from_json(each) for each in stored["plugins"]]
            return StoredReport(
                datetime.fromisoformat(stored["written"]),
                stored["plan_hash"],
                stored["closed"],
                _runs(stored["process"]),
                _address(stored["address"]),
                {row.id: row for row in rows},
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def _path(self) -> Path:
        return self.data_dir / FILE_NAME


def as_json(row: PluginStatus) -> dict[str, Any]:
    """Return a status as plain data."""
    return {each.name: getattr(row, each.name) for each in fields(row)} | {"exposure": row.exposure.as_json()}


def from_json(stored: Mapping[str, Any]) -> PluginStatus:
    """Read a status back.

    Raises:
        TypeError: it has other fields than a status of this version.
    """
    tuples = {name: tuple(stored[name]) for name in _TUPLES}
    return PluginStatus(**{**stored, **tuples, "exposure": Exposure.from_json(stored["exposure"])})


def _address(stored: list[Any] | None) -> tuple[str, int] | None:
    if stored is None:
        return None
    host, port = stored
    return str(host), int(port)


def _runs(process: Mapping[str, Any]) -> bool:
    here = bool(process["host"] == socket.gethostname())
    return here and started_at(process["pid"]) == process["started"]
