"""Inserts many rows with one statement, with keys and defaults known beforehand where that is possible."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby, repeat
from typing import Any

from sqlalchemy import Column, Table, func, insert, select, text
from sqlalchemy import inspect as inspect_sql
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from host.data.audit import AUDITED, Change, record
from host.data.repository.shape import Shape

Values = dict[str, Any]


def readied(shape: Shape, row: Any) -> Values:
    """Return a row, or field → value, as column → value; a key that is not set yet is left out.

    Raises:
        ValidationError: a name is no field.
    """
    if isinstance(row, shape.model):
        row = {name: value for name, value in inspect_sql(row).dict.items() if name in shape.fields}
    else:
        shape.require(row)
    numbered = shape.table.autoincrement_column
    values: Values = {str(shape.fields[name].key): value for name, value in row.items()}
    if numbered is not None and values.get(numbered.key, ...) is None:
        del values[numbered.key]
    return values


def insert_rows(session: Session, shape: Shape, rows: Sequence[Values]) -> list[Any]:
    """Insert rows, record them and return their keys, in order."""
    if not rows:
        return []
    session.flush()
    stored = _insert_complete(session, shape, rows) or _insert_and_read(session, shape.table, rows)
    keys = [shape.key_in(row) for row in stored]
    record(session, (Change(shape.table, key, "insert", None, row) for key, row in zip(keys, stored, strict=True)))
    return keys


def _insert_complete(session: Session, shape: Shape, rows: Sequence[Values]) -> Sequence[Values]:
    """Insert rows of which everything is known beforehand; return none where only the database knows it all."""
    table = shape.table
    numbered = table.autoincrement_column
    missing = [column for column in table.columns if not all(column.key in row for row in rows)]
    fillers = [_filler(column) for column in missing if column is not numbered]
    if None in fillers:
        return []
    if numbered is not None and numbered in missing:
        if any(numbered.key in row for row in rows) or numbered.default is not None or numbered.identity is not None:
            return []
        numbers = _numbers(session, shape, numbered, len(rows))
        if numbers is None:
            return []
        fillers.append((numbered.key, iter(numbers)))
    known = [filler for filler in fillers if filler is not None]
    complete = [{**{name: next(values) for name, values in known}, **row} for row in rows]
    session.execute(insert(table), complete, execution_options=AUDITED)
    return complete


def _insert_and_read(session: Session, table: Table, rows: Sequence[Values]) -> list[Values]:
    statement = insert(table).returning(*table.columns, sort_by_parameter_order=True)
    stored: list[Values] = []
    # One statement names the same columns for all its rows.
    for _, alike in groupby(rows, key=lambda row: row.keys()):
        result = session.execute(statement, list(alike), execution_options=AUDITED)
        stored += (dict(row) for row in result.mappings())
    return stored


def _filler(column: Column[Any]) -> tuple[str, Iterator[Any]] | None:
    """Return what SQLAlchemy would put into an absent column, or ``None`` where the database does."""
    if column.server_default is not None or column.computed is not None or column.identity is not None:
        return None
    default = column.default
    if default is None:
        return column.key, repeat(None)
    if isinstance(default, ScalarElementColumnDefault):
        return column.key, repeat(default.arg)
    # SQLAlchemy wraps a function that takes no argument; one that does wants to see the statement.
    if isinstance(default, CallableColumnDefault) and hasattr(default.arg, "__wrapped__"):
        make: Any = default.arg
        return column.key, (make(None) for _ in count())
    return None


def _numbers(session: Session, shape: Shape, column: Column[Any], how_many: int) -> Iterable[int] | None:
    """Return ids that nobody else gets: SQLite's writer holds the lock, PostgreSQL has a sequence."""
    dialect = shape.dialect(session)
    if dialect.name == "sqlite":
        highest = session.scalar(select(func.max(column))) or 0
        if shape.table.dialect_options["sqlite"]["autoincrement"]:
            used = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
            highest = max(highest, session.scalar(used, {"name": shape.table.name}) or 0)
        return range(highest + 1, highest + 1 + how_many)
    if dialect.name != "postgresql":
        return None
    sequence = func.pg_get_serial_sequence(dialect.identifier_preparer.format_table(shape.table), column.name)
    numbers = select(func.nextval(sequence.cast(REGCLASS))).select_from(func.generate_series(1, how_many))
    return session.scalars(numbers).all()
