"""PostgreSQL's engines: pooled connections that are checked before use, limits for what hangs, failover, a replica."""

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event

from host.data.engines.engines import Engines
from host.data.engines.pools import ARGUMENTS_OF_NONE, pooled
from host.data.engines.replica import ReplicaLag
from host.data.engines.statements import log_statements

if TYPE_CHECKING:
    from host.config import DatabaseConfig

_READ_ONLY: Final = "25006"
"""read_only_sql_transaction: what a server says to a write after another one has taken over from it."""
REPLICA_CONNECT_TIMEOUT_S: Final = 3
"""Seconds to wait for a replica; there is the primary to turn to."""


def build_postgresql(url: URL, config: "DatabaseConfig", replica: URL | None, *, pooling: bool) -> Engines:
    """Build the engines for a PostgreSQL server; nothing is opened yet."""
    pool = ARGUMENTS_OF_NONE
    if pooling:
        pool = pooled(config) | {"pool_pre_ping": True, "pool_recycle": config.recycle_s}
    write = _engine(url, config, pool, lock_timeout_s=config.lock_timeout_s)
    event.listen(write, "handle_error", _leave_a_demoted_server)
    read = write.execution_options(postgresql_readonly=True)
    # Migrations wait for their advisory lock as long as it takes, and set the limits of their DDL themselves.
    single = _engine(url, config, ARGUMENTS_OF_NONE)
    if replica is None:
        return Engines(write, read, single)
    second = _engine(replica, config, pool, connect_timeout_s=REPLICA_CONNECT_TIMEOUT_S)
    second = second.execution_options(postgresql_readonly=True)
    return Engines(write, read, single, second, ReplicaLag(second, read, config.max_lag_s))


def _engine(
    url: URL,
    config: "DatabaseConfig",
    pool: dict[str, Any],
    *,
    lock_timeout_s: float = 0.0,
    connect_timeout_s: int | None = None,
) -> Engine:
    defaults = {
        "application_name": "holdfast",
        "connect_timeout": connect_timeout_s or config.connect_timeout_s,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "options": _limits(config, lock_timeout_s),
    }
    arguments = {name: value for name, value in defaults.items() if name not in url.query}
    return log_statements(create_engine(url, connect_args=arguments, **pool))


def _limits(config: "DatabaseConfig", lock_timeout_s: float) -> str:
    limits_s = {
        "statement_timeout": config.statement_timeout_s,
        "idle_in_transaction_session_timeout": config.idle_transaction_timeout_s,
        "lock_timeout": lock_timeout_s,
    }
    return " ".join(f"-c {name}={round(seconds * 1000)}ms" for name, seconds in limits_s.items())


def _leave_a_demoted_server(context: ExceptionContext) -> None:
    """Count a server that became a standby as lost, so that the next connection looks for the new primary."""
    readonly = context.connection is not None and context.connection.get_execution_options().get("postgresql_readonly")
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY and not readonly:
        context.is_disconnect = True
