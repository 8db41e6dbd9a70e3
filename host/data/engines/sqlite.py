"""SQLite's engines: one connection that writes, several that read, all of them set up alike."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event

from host.data.engines.business import Business
from host.data.engines.engines import Engines
from host.data.engines.pools import ARGUMENTS_OF_NONE, pool_of, pooled
from host.data.engines.sqlite_driver import SqliteDriver, sqlite_driver
from host.data.engines.statements import log_statements

if TYPE_CHECKING:
    import sqlite3

    from host.config import DatabaseConfig

_RETRY_S: Final = 0.02
"""Seconds between two attempts to switch the journal mode."""


def build_sqlite(url: URL, config: "DatabaseConfig", business: Business | None = None, *, pooling: bool) -> Engines:
    """Build the engines for a SQLite file; nothing is opened yet.

    Args:
        business: where business tables lie if not in this file.
    """
    driver = sqlite_driver()
    driver.prepare(str(url.database))
    one = pool_of(1, 0, config.pool_timeout_s) if pooling else ARGUMENTS_OF_NONE
    many = pooled(config) if pooling else ARGUMENTS_OF_NONE

    def engine(begin: str, pool: dict[str, Any], *, query_only: bool = False) -> Engine:
        return _engine(url, driver, config.busy_timeout_s, begin, pool, query_only=query_only)

    return Engines(
        write=engine("BEGIN IMMEDIATE", one),
        read=engine("BEGIN", many, query_only=True),
        single=engine("BEGIN IMMEDIATE", ARGUMENTS_OF_NONE),
        business=business,
    )


def _engine(
    url: URL, driver: SqliteDriver, busy_timeout_s: float, begin: str, pool: dict[str, Any], *, query_only: bool
) -> Engine:
    # The driver's own transaction control is off: it begins late and would leave DDL outside the transaction.
    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": busy_timeout_s}
    engine = create_engine(url, module=driver.module, connect_args=arguments, **pool)
    event.listen(engine, "connect", _prepare(driver, busy_timeout_s, query_only=query_only))

    @event.listens_for(engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return log_statements(engine)


def _prepare(
    driver: SqliteDriver, busy_timeout_s: float, *, query_only: bool
) -> Callable[["sqlite3.Connection", object], None]:
    def prepare(connection: "sqlite3.Connection", _record: object) -> None:
        _use_wal(connection, driver, time.monotonic() + busy_timeout_s)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {int(query_only)}")

    return prepare


def _use_wal(connection: "sqlite3.Connection", driver: SqliteDriver, deadline: float) -> None:
    # Switching the journal mode needs the file for itself and does not wait by busy_timeout.
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except driver.module.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
