"""Decisions of operators in a small table, with a copy beside the database that serves a start without it."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from host.data import Database
from host.errors import HostError
from host.logs import get_logger

_log = get_logger(__name__)

Stored = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Remembered:
    """All rows of one table, read at once.

    Args:
        model: the mapped class.
        keyed: a row's key and what is kept of it, as JSON knows it.
        copy: the file with the rows of the last successful read.
        what: the rows' name in the log.
        otherwise: who decides without them, as the log says it.
    """

    database: Database
    model: Any
    keyed: Callable[[Any], tuple[str, dict[str, Any]]]
    copy: Path
    what: str
    otherwise: str

    def read(self) -> Stored:
        """Return every row; without the database, those of the last successful read."""
        try:
            with self.database.begin(readonly=True) as unit:
                if not inspect(unit.session.connection()).has_table(self.model.__tablename__):
                    # Nothing was migrated yet, so nobody can have decided anything.
                    return {}
                rows = unit.session.scalars(select(self.model)).all()
        except (SQLAlchemyError, HostError) as error:
            reason = str(getattr(error, "orig", error)).partition("\n")[0]
            _log.warning(f"{self.what} come from the local copy, the database is away", error=reason)
            return self._read_copy()
        stored = dict(map(self.keyed, rows))
        self._write_copy(stored)
        return stored

    def _read_copy(self) -> Stored:
        if not self.copy.is_file():
            return {}
        try:
            stored: dict[str, dict[str, Any]] = json.loads(self.copy.read_text(encoding="utf-8"))
            if not all(isinstance(each, dict) for each in stored.values()):
                raise TypeError("a row is no object")
        except (ValueError, TypeError, AttributeError, OSError) as error:
            self.damaged(error)
            return {}
        return stored

    def damaged(self, error: Exception) -> None:
        """Take note that the copy holds what can't be read."""
        _log.warning(f"the local copy of the {self.what} is damaged, {self.otherwise}", error=str(error))

    def _write_copy(self, stored: Stored) -> None:
        fresh = self.copy.with_suffix(f".{os.getpid()}")
        try:
            self.copy.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(stored, indent=2), encoding="utf-8")
            fresh.replace(self.copy)
        except OSError as error:
            # The database has them: without the copy only a start without the database misses something.
            _log.warning(f"the local copy of the {self.what} can't be written", error=str(error))
