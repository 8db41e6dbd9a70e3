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
"""Seconds to wait for another process's migration on SQLite."""
_KEY: Final = 0x48_6F_6C_64
"""Advisory lock of all migrations on PostgreSQL."""
_one_at_a_time: Final = threading.Lock()
"""alembic's `op` and `context` are global to the process."""


@contextmanager
def locked(database: Database) -> Iterator[Connection]:
    """Yield a connection whose transaction holds the lock; DDL is part of the transaction on both databases."""
    lock = _lock_sqlite if database.dialect == "sqlite" else _lock_postgresql
    with _one_at_a_time, lock(database.single) as connection:
        yield connection


@contextmanager
def _lock_postgresql(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _KEY})
        yield connection


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
