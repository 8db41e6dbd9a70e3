"""Watches SQLite's write-ahead log: empties it when it has grown, and says who keeps it from being emptied."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast, final

from sqlalchemy import URL

from host.data.engines.holders import named
from host.logs import get_logger

if TYPE_CHECKING:
    import sqlite3

    from host.data.database import Database

_log: Final = get_logger(__name__)
_PATIENCE_MS: Final = 200
"""Milliseconds for which emptying may hold up writers while short readers end."""
ANOTHER_PROCESS: Final = "a reader in another process, whose own log names it"


def size_of_wal(url: URL) -> int:
    """Return the size in bytes of the write-ahead log of a SQLite file; 0 while nobody has it open."""
    try:
        return Path(f"{url.database}-wal").stat().st_size
    except FileNotFoundError:
        return 0


class Checkpoint(NamedTuple):
    """What ``PRAGMA wal_checkpoint`` answers: pages in the log, and how many of them are in the database by now."""

    busy: int
    pages: int
    moved: int


@final
class WalWatch:
    """Keeps the write-ahead log of a SQLite database small; an extension of the database.

    A log can only begin anew when no reader needs its pages: one that never ends lets it grow without end.

    Args:
        limit_bytes: size from which it is emptied, and who is in the way is reported.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._database: Database | None = None
        self._looks_in_vain = 0
        self._told_at_bytes = 0
        self.obstacle: str | None = None
        """Who has kept the log from being emptied, as of the last look."""

    def attach(self, database: "Database") -> None:
        """Watch `database`; one that is no SQLite file needs no watch."""
        self._database = database if database.dialect == "sqlite" else None

    @property
    def size_bytes(self) -> int | None:
        """Size of the log; ``None`` for a database that has none."""
        return None if self._database is None else size_of_wal(self._database.url)

    def look(self) -> None:
        """Empty a log that has grown; one that can't be emptied twice in a row is reported, and again when doubled."""
        if (self.size_bytes or 0) < self._limit_bytes or self._database is None:
            self._forget()
            return
        if self._emptied(self._database):
            _log.info("write-ahead log was emptied")
            self._forget()
            return
        self._looks_in_vain += 1
        if self._looks_in_vain > 1:
            self._report(self._database)

    def _forget(self) -> None:
        self._looks_in_vain = self._told_at_bytes = 0
        self.obstacle = None

    def _emptied(self, database: "Database") -> bool:
        pooled = database.single.raw_connection()
        try:
            connection = cast("sqlite3.Connection", pooled.dbapi_connection)
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            # Without holding up anybody first: the second step then has next to nothing left to move.
            passive = Checkpoint(*connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone())
            if passive.moved < passive.pages:
                return False
            return not Checkpoint(*connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()).busy
        finally:
            pooled.close()

    def _report(self, database: "Database") -> None:
        readers = database.engines.holders.of("read")
        self.obstacle = named(readers) if readers else ANOTHER_PROCESS
        size_bytes = self.size_bytes or 0
        if size_bytes >= 2 * self._told_at_bytes:
            self._told_at_bytes = size_bytes
            _log.warning("write-ahead log grows and can't be emptied", size_bytes=size_bytes, held_by=self.obstacle)
