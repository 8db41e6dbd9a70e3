"""The lock under which one process migrates while the others wait; it goes with its transaction, also after a kill."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from host.data.database import Database
from host.data.faults import is_conflict

WAIT_S: Final = 3600.0
"""Seconds to wait for another process's migration."""
POLL_S: Final = 0.05
"""Seconds between two looks at the lock on PostgreSQL."""
LOCK_TIMEOUT_MS: Final = 2000
"""Milliseconds that a step waits for a table on PostgreSQL, and so the longest that it makes the app wait behind it."""
_KEY: Final = 0x48_6F_6C_64
"""Advisory lock of all migrations on PostgreSQL."""
one_at_a_time: Final = threading.RLock()
"""alembic's `op` and `context` are global to the process."""


@contextmanager
def locked(database: Database) -> Iterator[Connection]:
    """Yield a connection whose transaction holds the lock; DDL is part of the transaction on both databases."""
    lock = _lock_sqlite if database.dialect == "sqlite" else _lock_postgresql
    with one_at_a_time, lock(database.single) as connection:
        yield connection


@contextmanager
def _lock_postgresql(engine: Engine) -> Iterator[Connection]:
    """Look for the lock again and again: a statement that waited for it would hold a snapshot.

    Building an index concurrently waits for every older snapshot, so it would wait for those who wait for it.
    """
    deadline = time.monotonic() + WAIT_S
    with engine.connect() as connection:
        while True:
            with connection.begin() as transaction:
                if connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _KEY}):
                    limit_waiting(connection)
                    yield connection
                    return
                transaction.rollback()
            if time.monotonic() > deadline:
                msg = "another process holds the lock of all migrations"
                raise TimeoutError(msg)
            time.sleep(POLL_S)


def limit_waiting(connection: Connection) -> None:
    """Let each step last as long as it needs, but wait for a table only for a moment (PostgreSQL)."""
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


@contextmanager
def _lock_sqlite(engine: Engine) -> Iterator[Connection]:
    """Begin as soon as nobody else writes; tried in steps, so that Ctrl+C gets through while another migrates."""
    deadline = time.monotonic() + WAIT_S
    with ExitStack() as opened:
        while True:
            connection = opened.enter_context(engine.connect())
            # Foreign keys can only be switched outside a transaction; batch mode rebuilds tables that others refer to.
            cast("Any", connection.connection.dbapi_connection).execute("PRAGMA foreign_keys = OFF")
            try:
                opened.enter_context(connection.begin())
                break
            except OperationalError as error:
                if not is_conflict(error) or time.monotonic() > deadline:
                    raise
                opened.close()
        yield connection
