"""Operators' decisions about flags in the database, copied beside it for a start without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from host.data import Database
from host.data.access_tables import FlagRow
from host.kernel.flags.overrides import Override
from host.kernel.remembered import Remembered
from host.logs import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True)
class FlagStore:
    """Reads and writes overrides.

    Args:
        data_dir: where the local copy stands that serves a start without the database.
    """

    database: Database
    data_dir: Path

    def read(self) -> Mapping[str, Override]:
        """Return every override; without the database, those of the last successful read."""
        copy = self.data_dir / "flags.json"
        rows = Remembered(self.database, FlagRow, _keyed, copy, "flags", "plugins.toml and defaults decide")
        found = {name: _override(name, stored) for name, stored in rows.read().items()}
        return {name: each for name, each in found.items() if each is not None}

    def locked(self, name: str) -> Override:
        """Return the override of one flag in the current unit of work, kept from other writers until its end."""
        with self.database.begin() as unit:
            row = unit.session.get(FlagRow, name, with_for_update=True, populate_existing=True)
            return (_override(*_keyed(row)) if row is not None else None) or Override()

    def write(self, name: str, override: Override) -> None:
        """Store an override in the current unit of work; an empty one is removed, the file decides again."""
        with self.database.begin() as unit:
            if not override.empty:
                unit.session.merge(_row(name, override))
            elif (stored := unit.session.get(FlagRow, name)) is not None:
                unit.session.delete(stored)


def _keyed(row: FlagRow) -> tuple[str, dict[str, Any]]:
    at = row.changed_at.isoformat()
    return row.name, {"value": row.value, "rules": row.rules, "by": row.changed_by, "at": at}


def _override(name: str, stored: Mapping[str, Any]) -> Override | None:
    try:
        return Override.from_json(stored)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        _log.warning("a stored flag can't be read and is left out", flag=name, error=str(error))
        return None


def _row(name: str, override: Override) -> FlagRow:
    return FlagRow(
        name=name,
        value=override.value,
        rules=[rule.as_json() for rule in override.rules],
        changed_by=override.by,
        changed_at=datetime.now(UTC),
    )
