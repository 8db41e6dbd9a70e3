"""Chooses the SQLite library of this process: the linked one, or the newer one of `pysqlite3` where that is faulty."""

import sqlite3
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Final, final

from host.data.engines.sqlite_guard import guard
from host.logs import get_logger

_log: Final = get_logger(__name__)
Version = tuple[int, int, int]

FIRST_FAULTY: Final[Version] = (3, 7, 0)
FIRST_MENDED: Final[Version] = (3, 51, 3)
MENDED_BRANCHES: Final = {(3, 44): 6, (3, 50): 7}
"""Older branches that were mended too: branch → first mended patch (https://sqlite.org/wal.html#walresetbug)."""
INSTALL: Final = "Install SQLite 3.51.3 or newer, on x86-64 Linux by: pip install pysqlite3"


@final
@dataclass(frozen=True, slots=True)
class SqliteDriver:
    """The DBAPI module that every connection of this process comes from.

    Args:
        module: takes the place of the standard library's `sqlite3`.
        version: of the SQLite library in it.
    """

    module: Any
    version: Version

    @property
    def fault(self) -> str | None:
        """What is wrong with this library; ``None`` for a sound one."""
        if not has_wal_reset_bug(self.version):
            return None
        return f"SQLite {self} can damage a database that several processes write to (WAL-reset bug)"

    def prepare(self, file: str) -> None:
        """Keep every other SQLite library of this process away from `file`."""
        if self.module is not sqlite3:
            guard(file)

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.version))} ({self.module.__name__.partition('.')[0]})"


@cache
def sqlite_driver() -> SqliteDriver:
    """Return the linked library unless it is faulty and `pysqlite3` brings a sound one."""
    linked = _driver(sqlite3)
    if linked.fault is None:
        return linked
    chosen = _brought() or linked
    if chosen.fault:
        _log.warning("the SQLite library is faulty", fault=chosen.fault, remedy=INSTALL)
    return chosen


def has_wal_reset_bug(version: Version) -> bool:
    """Tell whether a reset of the write-ahead log can be missed by a checkpoint, which damages the file."""
    if not FIRST_FAULTY <= version < FIRST_MENDED:
        return False
    major, minor, patch = version
    return patch < MENDED_BRANCHES.get((major, minor), patch + 1)


def _brought() -> SqliteDriver | None:
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return None
    brought = _driver(dbapi2)
    return None if brought.fault else brought


def _driver(module: ModuleType) -> SqliteDriver:
    major, minor, patch, *_ = module.sqlite_version_info
    return SqliteDriver(module, (major, minor, patch))
