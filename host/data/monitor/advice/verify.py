"""Checks an index that does not exist yet: by hypopg on PostgreSQL, in a copy of the schema on SQLite."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from host.data.database import Database
from host.data.monitor.advice.advice import Verified
from host.data.monitor.advice.scans import cost
from host.data.monitor.plans import generic_plan, sqlite_plan

WORTH: Final = 0.7
"""An index is worth it when the planner's cost falls to this share of what it was, or below."""


_DEFINITIONS: Final = """
SELECT sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type IN ('table', 'index') ORDER BY type DESC
"""


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What the planner says.

    Args:
        takes_it: ``None`` when nobody could ask it.
        by: how it was asked.
        cost: before and after.
    """

    takes_it: bool | None
    by: Verified = ""
    cost: tuple[float, float] | None = None


UNKNOWN: Final = Verdict(None)


def verify(database: Database, connection: Connection, statement: str, create: str, name: str) -> Verdict:
    """Return whether the planner would take the index that `create` makes for `statement`; changes nothing.

    Args:
        statement: a shape, ``?`` for every value.
        name: of the index.
    """
    try:
        if database.dialect == "sqlite":
            return _in_a_copy(database, connection, statement, create, name)
        return _by_hypopg(database, statement, create)
    except (database.driver_error, DBAPIError):
        # The shape cannot be planned without its values' types, or the schema not be copied: nobody knows.
        return UNKNOWN


def _in_a_copy(database: Database, connection: Connection, statement: str, create: str, name: str) -> Verdict:
    """Make the schema anew in memory, with the statistics of ANALYZE but without rows, and ask SQLite's planner."""
    master = connection.exec_driver_sql(_DEFINITIONS)
    definitions = [sql for (sql,) in master if "VIRTUAL TABLE" not in sql.upper()]
    with closing(database.driver.connect(":memory:")) as copy:
        for sql in definitions:
            copy.execute(sql)
        _copy_statistics(connection, copy)
        copy.execute(create)
        return Verdict(f" {name} " in f"{sqlite_plan(copy, statement)} ".replace("\n", " "), "planner")


def _copy_statistics(connection: Connection, copy: Any) -> None:
    known = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"
    if connection.exec_driver_sql(known).first() is None:
        return
    copy.execute("ANALYZE sqlite_master")
    rows = connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1").all()
    copy.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [tuple(row) for row in rows])
    copy.execute("ANALYZE sqlite_master")


def _by_hypopg(database: Database, statement: str, create: str) -> Verdict:
    """Let hypopg pretend that the index exists, for one connection only."""
    with database.single.connect() as connection:
        if connection.scalar(text("SELECT to_regproc('hypopg_create_index')")) is None:
            return UNKNOWN
        before = cost(generic_plan(connection, statement))
        hypothetical = text("SELECT indexname FROM hypopg_create_index(:create)")
        name = connection.scalar(hypothetical, {"create": create.replace(" CONCURRENTLY", "")})
        plan = generic_plan(connection, statement)
        after = cost(plan)
        return Verdict(str(name) in plan and after <= WORTH * before, "hypopg", (before, after))
