"""Asks the database how it would run a statement, without its values and without running it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, final

from sqlalchemy import Connection, or_, update
from sqlalchemy.exc import SQLAlchemyError

from host.data.database import Database
from host.data.monitor.slow import moment
from host.data.monitor.tables import ShapeRow
from host.data.monitor.tally import SILENT, counted_by
from host.one_line import one_line

AGAIN_AFTER: Final = timedelta(hours=1)
"""A shape's plan is asked for at most once in this time, by all processes together."""
MOST_AT_ONCE: Final = 5
"""Plans asked for in one go of the background thread."""
TIMEOUT_MS: Final = 2000
_LOCK_TIMEOUT_MS: Final = 500
_EXPLAINED: Final = ("SELECT", "WITH", "UPDATE", "DELETE")
_NAMED: Final = re.compile(r"%\((\w+)\)s")
_UNNAMED: Final = re.compile(r"(\?)")
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_COMPARED: Final = re.compile(r"(?<!cost)(?<!rows)(?<!width)([<>=]\s*)-?\d+(?:\.\d+)?\b")


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner answered.

    Args:
        text: its plan, one step a line; empty when there is a fault.
        fault: why there is none.
    """

    text: str
    fault: str = ""


def explainable(statement: str) -> bool:
    """Tell whether databases plan a statement of this kind."""
    return statement.lstrip()[:6].upper().startswith(_EXPLAINED)


@final
class Planner:
    """Asks for plans over a connection of its own; takes turns with other processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def explain(self, statement: str) -> Plan:
        """Return the plan for any values: what the planner chooses when it doesn't know them."""
        ask = self._on_sqlite if self._database.dialect == "sqlite" else self._on_postgresql
        with counted_by(SILENT):
            try:
                return Plan(ask(statement))
            except (SQLAlchemyError, self._database.driver_error) as error:
                return Plan("", one_line(getattr(error, "orig", None) or error))

    def refresh(self, fingerprint: str, statement: str) -> bool:
        """Store the plan of a shape unless somebody did so within the hour; return whether it was asked for."""
        if not explainable(statement) or not self._claim(fingerprint):
            return False
        plan = self.explain(statement)
        told = update(ShapeRow).where(ShapeRow.fingerprint == fingerprint)
        values = {"plan": plan.text or None, "plan_fault": plan.fault or None}
        with counted_by(SILENT):
            self._database.run_tx(lambda unit: unit.session.execute(told.values(values)))
        return True

    def _claim(self, fingerprint: str) -> bool:
        now = moment()
        due = or_(ShapeRow.planned_at.is_(None), ShapeRow.planned_at < now - AGAIN_AFTER)
        mine = update(ShapeRow).where(ShapeRow.fingerprint == fingerprint, due).values(planned_at=now)
        with counted_by(SILENT):
            claimed = self._database.run_tx(
                lambda unit: unit.session.execute(mine.returning(ShapeRow.fingerprint)).all()
            )
        return bool(claimed)

    def _on_sqlite(self, statement: str) -> str:
        with self._database.engines.read.connect() as connection:
            return sqlite_plan(connection.connection.dbapi_connection, statement)

    def _on_postgresql(self, statement: str) -> str:
        with self._database.single.connect() as connection:
            return without_values(generic_plan(connection, statement))


def sqlite_plan(connection: Any, statement: str) -> str:
    """Return the steps, indented by depth; a place without a value counts as NULL, which no plan depends on."""
    values = (None,) * statement.count("?")
    depth: dict[int, int] = {0: -1}
    lines = []
    for step, parent, _, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values):
        depth[step] = depth.get(parent, -1) + 1
        lines.append("  " * depth[step] + detail)
    return "\n".join(lines)


def generic_plan(connection: Connection, statement: str) -> str:
    """Return PostgreSQL's plan for a prepared statement that it plans without looking at values."""
    numbered, places = numbered_places(statement)
    cursor: Any = connection.connection.dbapi_connection.cursor()  # type: ignore[union-attr]
    cursor.execute(f"SET statement_timeout = {TIMEOUT_MS}")
    cursor.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.execute("DEALLOCATE ALL")
    cursor.execute(f"PREPARE holdfast_plan AS {numbered}")
    values = f"({', '.join(['NULL'] * places)})" if places else ""
    cursor.execute(f"EXPLAIN EXECUTE holdfast_plan{values}")
    return "\n".join(line for (line,) in cursor)


def numbered_places(statement: str) -> tuple[str, int]:
    """Return a statement of psycopg's, or a shape, with PostgreSQL's own places, and how many there are."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = f"{found[1]}{found.start()}" if found[1] == "?" else found[1]
        return f"${names.setdefault(name, len(names) + 1)}"

    # Where places have names a question mark is an operator.
    places = _NAMED if _NAMED.search(statement) else _UNNAMED
    return places.sub(number, statement).replace("%%", "%"), len(names)


def without_values(plan: str) -> str:
    """Return a plan without the values that an author wrote into the statement itself."""
    return _COMPARED.sub(r"\1?", _TEXT.sub("'…'", plan))
