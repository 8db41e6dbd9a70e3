"""What health says about the database: which server or library answers, through which driver, and its pools."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from host.data.engines.removed import removed_files
from host.data.engines.sqlite_driver import sqlite_driver
from host.data.engines.wal import size_of_wal

if TYPE_CHECKING:
    from host.data.database import Database
    from host.data.engines.pools import PoolFigures

_POSTGRESQL: Final = text("SELECT current_setting('server_version'), current_database()")


def server(database: "Database") -> str:
    """Return what answers, in one line.

    Raises:
        DatabaseUnavailableError: nothing does.
    """
    database.check()
    if database.dialect == "sqlite":
        size_mib = size_of_wal(database.url) / 1024 / 1024
        return f"SQLite {sqlite_driver()}, write-ahead log of {size_mib:.1f} MiB"
    with database.begin(readonly=True) as unit:
        version, name = unit.session.execute(_POSTGRESQL).one()
        raw: Any = unit.session.connection().connection.dbapi_connection
        return f"PostgreSQL {version} at {raw.info.host}:{raw.info.port}/{name} (psycopg {database.driver.__version__})"


def faults(database: "Database") -> Iterator[str]:
    """Yield what is not as it should be although the database answers."""
    if database.dialect == "sqlite" and sqlite_driver().fault:
        yield str(sqlite_driver().fault)
    for file in removed_files(database.url) if database.dialect == "sqlite" else ():
        yield f"{file} was removed or replaced while it is open: what is written is lost; stop the app, restore a copy"
    lag = database.engines.lag
    if lag is not None and not lag.usable():
        behind = "is away" if lag.lag_s is None else f"is {lag.lag_s:.1f} s behind"
        yield f"the read replica {behind}, its reads go to the primary"


def pool_line(figures: "PoolFigures") -> str:
    """Return how a pool stands, in one line."""
    limit = f" of {figures.size} + {figures.max_overflow}" if figures.size else ", unpooled"
    parts = [f"{figures.name}: {figures.checked_out} out{limit}"]
    if figures.waiting:
        parts.append(f"{figures.waiting} waiting")
    if figures.timeouts:
        parts.append(f"{figures.timeouts} timed out")
    return ", ".join(parts)
