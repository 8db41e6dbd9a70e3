"""Who waits for whom in PostgreSQL; SQLite has one writer and tells of nobody, only its retries are counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from sqlalchemy import text

from host.data.database import Database
from host.data.monitor.shapes import Shapes
from host.data.monitor.tally import SILENT, counted_by

_BLOCKED: Final = """
SELECT waiting.pid AS pid, blocker.pid AS blocker, coalesce(held.waitstart, waiting.state_change) AS since,
       extract(epoch FROM clock_timestamp() - coalesce(held.waitstart, waiting.state_change)) AS seconds,
       waiting.query AS statement, blocker.query AS blocking, blocker.state AS state,
       waiting.application_name AS application, blocker.application_name AS blocking_application
FROM pg_stat_activity waiting
CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking(pid)
JOIN pg_stat_activity blocker ON blocker.pid = blocking.pid
LEFT JOIN LATERAL (
    SELECT min(waitstart) AS waitstart FROM pg_locks WHERE pg_locks.pid = waiting.pid AND NOT granted
) held ON true
WHERE waiting.datname = current_database()
ORDER BY seconds DESC
"""


@final
@dataclass(frozen=True, slots=True)
class Blocked:
    """One session that waits for another one's lock.

    Args:
        pid: of the waiting server process; `blocker` that of the one it waits for.
        since: when the wait began.
        seconds: how long that is.
        statement: what waits, without values.
        blocking: what the other one ran last, without values.
        state: of the other one; ``idle in transaction`` means that it forgot to end.
    """

    pid: int
    blocker: int
    since: datetime
    seconds: float
    statement: str
    blocking: str
    state: str
    application: str
    blocking_application: str


def blocked(database: Database) -> list[Blocked]:
    """Return who waits right now, the longest first; nobody on SQLite."""
    if database.dialect == "sqlite":
        return []
    shapes = Shapes(database.dialect)
    with counted_by(SILENT), database.begin(readonly=True) as unit:
        rows = unit.session.execute(text(_BLOCKED)).all()
    return [_blocked(row._asdict(), shapes) for row in rows]


def _blocked(row: dict[str, object], shapes: Shapes) -> Blocked:
    told = {name: shapes.of(str(row[name])).text for name in ("statement", "blocking")}
    return Blocked(**{**row, **told, "seconds": float(str(row["seconds"]))})  # type: ignore[arg-type]
