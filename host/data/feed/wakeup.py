"""How the listener learns that the database has changed: SQLite by polling, PostgreSQL by notification."""

import os
import select
import threading
from typing import TYPE_CHECKING, Final, Protocol, cast, final

from host.data.database import Database

if TYPE_CHECKING:
    import sqlite3

    import psycopg

CHANNEL: Final = "host_change"
POLL_S: Final = 0.1
"""Seconds between two looks at SQLite's data version: one pragma, about ten microseconds, no disk access."""
FALLBACK_S: Final = 5.0
"""Seconds after which PostgreSQL is asked although nothing was notified."""


class Watcher(Protocol):
    """Waits for a change on one connection of its own; raises the driver's error when that is lost."""

    def wait(self, timeout_s: float) -> None:
        """Return when something may have changed, after `timeout_s`, or when woken."""

    def wake(self) -> None:
        """Make a waiting thread return; called from any thread."""

    def close(self) -> None:
        """Close the connection."""


def watch(database: Database) -> Watcher:
    """Open the watcher that fits the database."""
    return SqliteWatcher(database) if database.dialect == "sqlite" else PostgresWatcher(database)


@final
class SqliteWatcher:
    """Polls ``PRAGMA data_version``, which moves with every commit of any other connection."""

    def __init__(self, database: Database) -> None:
        self._pooled = database.single.raw_connection()
        self._connection = cast("sqlite3.Connection", self._pooled.dbapi_connection)
        self._woken = threading.Event()
        self._seen = self._version()

    def wait(self, timeout_s: float) -> None:
        """Return when the data version has moved."""
        left = timeout_s
        while left > 0 and not self._woken.wait(min(POLL_S, left)):
            left -= POLL_S
            version = self._version()
            if version != self._seen:
                self._seen = version
                return

    def wake(self) -> None:
        """Make `wait` return, now and from then on."""
        self._woken.set()

    def close(self) -> None:
        """Close the connection."""
        self._pooled.close()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


@final
class PostgresWatcher:
    """Waits on the socket of a connection that listens, and looks on its own now and then."""

    def __init__(self, database: Database) -> None:
        self._pooled = database.single.raw_connection()
        self._connection = cast("psycopg.Connection[tuple[object, ...]]", self._pooled.dbapi_connection)
        self._connection.autocommit = True
        self._connection.execute(f"LISTEN {CHANNEL}")
        self._read_end, self._write_end = os.pipe()

    def wait(self, timeout_s: float) -> None:
        """Return when a notification has come."""
        sources = [self._connection.fileno(), self._read_end]
        ready, _, _ = select.select(sources, [], [], min(timeout_s, FALLBACK_S))
        if self._connection.fileno() in ready:
            for _ in self._connection.notifies(timeout=0):
                continue

    def wake(self) -> None:
        """Make `wait` return, now and from then on."""
        os.write(self._write_end, b".")

    def close(self) -> None:
        """Close the connection."""
        os.close(self._read_end)
        os.close(self._write_end)
        self._pooled.invalidate()
