"""The start marker: names the plugin and stage that run now, so that one which ends the process is known afterwards."""

import contextlib
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Final

from host.kernel.processes import started_at
from host.logs import get_logger

_FOLDER: Final = "boot"
_QUARANTINE: Final = "quarantine.json"
_log = get_logger(__name__)


class StartMarker:
    """A file per starting process below `data_dir`; it vanishes when the start ends in any orderly way.

    Args:
        data_dir: the host's data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / _FOLDER
        self._path = self._folder / f"{socket.gethostname()}-{os.getpid()}.json"

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Hold the marker for the start; a SIGTERM from outside is no plugin's fault and clears it first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = self._on_sigterm()
        try:
            yield
        finally:
            self.clear()
            if before is not None:
                signal.signal(signal.SIGTERM, before)

    def enter(self, plugin: str, stage: str) -> None:
        """Note that `plugin` is at `stage` now."""
        note = {"plugin": plugin, "stage": stage, "started": started_at(os.getpid())}
        self._path.write_text(json.dumps(note), encoding="utf-8")

    def clear(self) -> None:
        """Remove the marker."""
        self._path.unlink(missing_ok=True)

    def _on_sigterm(self) -> Any:
        if threading.current_thread() is not threading.main_thread():
            return None

        def end(number: int, frame: FrameType | None) -> None:
            self.clear()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        return signal.signal(signal.SIGTERM, end)


class Quarantine:
    """Plugins kept out because they ended the process during a start; released by a new version or by hand.

    Args:
        data_dir: the host's data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / _FOLDER
        self._path = self._folder / _QUARANTINE

    def collect(self, versions: Mapping[str, str]) -> None:
        """Turn markers left behind by dead processes into quarantine entries for the versions installed now."""
        entries = self._read()
        for path in sorted(self._folder.glob(f"{socket.gethostname()}-*.json")):
            note = _left_behind(path)
            if note is None:
                continue
            plugin, stage = note
            entries[plugin] = {"stage": stage, "version": versions.get(plugin, "")}
            path.unlink(missing_ok=True)
            self._write(entries)

    def reasons(self, versions: Mapping[str, str]) -> dict[str, str]:
        """Return plugin → reason for each that is still the version that failed."""
        return {
            plugin: f"ended the process during the last start (stage {entry['stage']})"
            for plugin, entry in self._read().items()
            if versions.get(plugin, "") == entry["version"]
        }

    def release(self, plugin: str) -> None:
        """Let `plugin` start again."""
        entries = self._read()
        if entries.pop(plugin, None) is not None:
            self._write(entries)

    def _read(self) -> dict[str, dict[str, str]]:
        if not self._path.is_file():
            return {}
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            return {id_: {key: str(each[key]) for key in ("stage", "version")} for id_, each in stored.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning(
                "the quarantine is damaged, every plugin may try again", file=str(self._path), error=str(error)
            )
            return {}

    def _write(self, entries: Mapping[str, dict[str, str]]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(entries, indent=2), encoding="utf-8")
        fresh.replace(self._path)


def _left_behind(path: Path) -> tuple[str, str] | None:
    """Return (plugin, stage) of a marker whose process is gone, else nothing."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        pid = int(path.stem.rsplit("-", 1)[1])
        plugin, stage, started = str(note["plugin"]), str(note["stage"]), note["started"]
    except (ValueError, KeyError, IndexError, TypeError, FileNotFoundError):
        # Killed while it wrote: nobody can be named, and keeping the file would accuse nobody for ever.
        path.unlink(missing_ok=True)
        return None
    alive = pid != os.getpid() and started_at(pid) == started
    return None if alive else (plugin, stage)
