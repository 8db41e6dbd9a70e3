"""Builds the engines of one database: for writing, for reading, and for single long-lived connections."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

from host.data.statements import log_statements

if TYPE_CHECKING:
    from host.config import DatabaseConfig

BUSY_TIMEOUT_S: Final = 5.0
"""Seconds a SQLite statement waits for another process's write lock."""
STATEMENT_TIMEOUT_S: Final = 60
"""Seconds after which PostgreSQL ends a statement."""
IDLE_TRANSACTION_TIMEOUT_S: Final = 120
"""Seconds after which PostgreSQL ends a session that left its transaction open."""
RECYCLE_S: Final = 1800
"""Seconds after which a pooled PostgreSQL connection is replaced, so that a failed-over server is noticed."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one database.

    Args:
        write: transactions that may write; on SQLite one connection, so that threads queue instead of colliding.
        read: transactions that may not.
        single: unpooled connections for migrations and listeners.
    """

    write: Engine
    read: Engine
    single: Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.write, self.read, self.single):
            engine.dispose()


def build(url: URL, config: "DatabaseConfig", *, pooling: bool) -> Engines:
    """Build the engines for a resolved `url`; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, config, pooling=pooling)
    return _postgresql(url, config, pooling=pooling)


def _sqlite(url: URL, config: "DatabaseConfig", *, pooling: bool) -> Engines:
    one = _pool(1, 0, config.pool_timeout_s) if pooling else _unpooled()
    many = _pool(config.pool_size, config.max_overflow, config.pool_timeout_s) if pooling else _unpooled()
    return Engines(
        write=_sqlite_engine(url, "BEGIN IMMEDIATE", one, query_only=False),
        read=_sqlite_engine(url, "BEGIN", many, query_only=True),
        single=_sqlite_engine(url, "BEGIN IMMEDIATE", _unpooled(), query_only=False),
    )


def _sqlite_engine(url: URL, begin: str, pool: dict[str, Any], *, query_only: bool) -> Engine:
    # The driver's own transaction control is off: it begins late and would leave DDL outside the transaction.
    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": BUSY_TIMEOUT_S}
    engine = create_engine(url, connect_args=arguments, **pool)
    event.listen(engine, "connect", _prepare_sqlite(query_only=query_only))

    @event.listens_for(engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return log_statements(engine)


def _prepare_sqlite(*, query_only: bool) -> Callable[[sqlite3.Connection, object], None]:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {int(query_only)}")

    return prepare


def _use_wal(connection: sqlite3.Connection) -> None:
    # Switching the journal mode needs the file for itself and does not wait by busy_timeout.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _postgresql(url: URL, config: "DatabaseConfig", *, pooling: bool) -> Engines:
    pool = _unpooled()
    if pooling:
        pool = _pool(config.pool_size, config.max_overflow, config.pool_timeout_s)
        pool |= {"pool_pre_ping": True, "pool_recycle": RECYCLE_S}
    write = log_statements(create_engine(url, connect_args=_libpq(url), **pool))
    single = log_statements(create_engine(url, connect_args=_libpq(url), **_unpooled()))
    return Engines(write=write, read=write.execution_options(postgresql_readonly=True), single=single)


def _libpq(url: URL) -> dict[str, Any]:
    limits = f"-c statement_timeout={STATEMENT_TIMEOUT_S}s"
    limits += f" -c idle_in_transaction_session_timeout={IDLE_TRANSACTION_TIMEOUT_S}s"
    defaults = {
        "application_name": "holdfast",
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "options": limits,
    }
    return {name: value for name, value in defaults.items() if name not in url.query}


def _pool(size: int, overflow: int, timeout_s: float) -> dict[str, Any]:
    return {"pool_size": size, "max_overflow": overflow, "pool_timeout": timeout_s}


def _unpooled() -> dict[str, Any]:
    return {"poolclass": NullPool}
