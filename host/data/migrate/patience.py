"""Tries a step again while a table cannot be had, so that a migration never queues for long before the app."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy import text

from host.data.database import Database
from host.data.faults import is_conflict
from host.data.migrate.targets import Target
from host.errors import SchemaError
from host.logs import get_logger

T = TypeVar("T")
_log: Final = get_logger(__name__)
DELAYS_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 60.0, 60.0, 60.0)
"""Seconds to wait before each further try: 5 minutes in all."""


def patiently(database: Database, target: Target, step: Callable[[], T]) -> T:
    """Run `step`, again after it had to give way to another transaction.

    Raises:
        SchemaError: naming who holds the tables, when they could not be had for minutes.
    """
    for delay_s in DELAYS_S:
        try:
            return step()
        except SchemaError as error:
            if not _gave_way(error):
                raise
            _log.info("a table is in use, the step is tried again", target=target.id, in_s=delay_s)
        time.sleep(delay_s)
    try:
        return step()
    except SchemaError as error:
        if not _gave_way(error):
            raise
        holders = "; ".join(_holders(database, target)) or "transactions that have ended meanwhile"
        message = f"{error.message} It was tried for {round(sum(DELAYS_S))} seconds. The tables are held by: {holders}."
        raise SchemaError(message, remedy="Nothing of it was kept. End what holds them, then try again.") from error


def _gave_way(error: SchemaError) -> bool:
    return error.__cause__ is not None and is_conflict(error.__cause__)


def _holders(database: Database, target: Target) -> list[str]:
    """Return who has held locks on the target's tables for longest (PostgreSQL)."""
    if database.dialect != "postgresql":
        return []
    query = text(
        "SELECT DISTINCT a.pid, a.application_name, a.state, a.xact_start FROM pg_locks l"
        " JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.granted AND a.datname = current_database() AND starts_with(c.relname, :prefix)"
        " AND a.pid <> pg_backend_pid() ORDER BY a.xact_start LIMIT 5"
    )
    with database.single.connect() as connection:
        rows = connection.execute(query, {"prefix": target.prefix}).all()
    return [f"backend {pid} ({name or 'unnamed'}, {state}, since {since:%H:%M:%S})" for pid, name, state, since in rows]
