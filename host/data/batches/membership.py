"""`IN` with any number of values, on every database, as one expression that may stand anywhere in a statement."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, final

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, FromClause, LargeBinary, Text, bindparam, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import coercions, operators, roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator, TypeEngine

from host.data.audit.values import AS_STORED
from host.errors import ValidationError

Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


def in_any(column: Column | Sequence[Column], values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that `column` is one of `values`, of which there may be none or a million.

    The values travel as one parameter, an array on PostgreSQL and a JSON text on SQLite, so that no limit on
    parameters is met and every length shares one prepared statement. ``None`` is never equal to anything, so it is
    left out, under ``~in_any(…)`` too.

    Args:
        column: one column, or several for values that are tuples.
        values: of the column's Python type; a tuple of one value a column where there are several.
    """
    if isinstance(column, ColumnElement | InstrumentedAttribute):
        if getattr(column.type, AS_STORED, False):
            # Such types know by themselves what is equal, and with which of several keys.
            return column.in_([value for value in values if value is not None])
        return InAny((column,), [[value for value in values if value is not None]])
    rows = [row for row in (each if isinstance(each, tuple) else (each,) for each in values) if None not in row]
    return InAny(column, [list(each) for each in zip(*rows, strict=True)] or [[] for _ in column])


@final
class _Values(TypeDecorator[list[Any]]):
    """All the values of one column in one parameter."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL knows arrays of every type; SQLite takes a JSON text apart."""
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        """Turn every value into what the database stores for it."""
        if dialect.name == "postgresql" or value is None:
            return value
        process = self.item.dialect_impl(dialect).bind_processor(dialect)
        stored = value if process is None else [process(each) for each in value]
        text = json.dumps(stored, default=lambda each: bytes(each).hex().upper())
        if "\\u0000" in text:
            raise ValidationError("A text that is looked for contains a NUL character.", remedy="Take it out.")
        return text


@final
class InAny(ColumnElement[bool]):
    """What `in_any` returns."""

    __visit_name__ = "in_any"
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 -- declared by SQLAlchemy
        ("columns", InternalTraversal.dp_clauseelement_list),
        ("packed", InternalTraversal.dp_clauseelement_list),
        ("listed", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, columns: Sequence[Column], lists: Sequence[list[Any]]) -> None:
        self.columns = [coercions.expect(roles.ExpressionElementRole, column) for column in columns]
        self.packed = [
            bindparam(None, values, type_=_Values(column.type), unique=True)
            for column, values in zip(self.columns, lists, strict=True)
        ]
        # Any other database gets the values written out, which no limit on parameters concerns.
        several = len(self.columns) > 1
        plain = list(zip(*lists, strict=True)) if several else lists[0]
        left = tuple_(*self.columns) if several else self.columns[0]
        self.listed = left.in_(bindparam(None, plain, expanding=True, literal_execute=True))

    def self_group(self, against: Any = None) -> "InAny":
        """Stand bare in a condition: SQLAlchemy's ``… = 1`` around a boolean would keep SQLite from the index."""
        return self

    def _negate(self) -> ColumnElement[bool]:
        return UnaryExpression(self, operator=operators.inv, type_=self.type)

    @property
    def _from_objects(self) -> list[FromClause]:
        return [each for column in self.columns for each in column._from_objects]


@compiles(InAny, "postgresql")
def _compare_arrays(element: InAny, compiler: SQLCompiler, **options: Any) -> str:
    columns = [compiler.process(column, **options) for column in element.columns]
    arrays = [compiler.process(array, **options) for array in element.packed]
    if len(columns) == 1:
        return f"({columns[0]} = ANY ({arrays[0]}))"
    return f"(({', '.join(columns)}) IN (SELECT * FROM unnest({', '.join(arrays)})))"  # noqa: S608 -- compiled parts


@compiles(InAny, "sqlite")
def _read_json(element: InAny, compiler: SQLCompiler, **options: Any) -> str:
    columns = [_as_stored(column, compiler, **options) for column in element.columns]
    lists = [compiler.process(text, **options) for text in element.packed]
    if len(columns) == 1:
        return f"({columns[0]} IN (SELECT value FROM json_each({lists[0]})))"  # noqa: S608 -- compiled parts
    tables = " JOIN ".join(f"json_each({text}) AS v{number}" for number, text in enumerate(lists))
    values = ", ".join(f"v{number}.value" for number in range(len(lists)))
    same_row = " AND ".join(f"v0.key = v{number}.key" for number in range(1, len(lists)))
    return f"(({', '.join(columns)}) IN (SELECT {values} FROM {tables} ON {same_row}))"  # noqa: S608 -- compiled parts


@compiles(InAny)
def _write_out(element: InAny, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.listed, **options)})"


def _as_stored(column: ColumnElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    """Return the column as JSON can carry it: bytes are compared by their hexadecimal digits."""
    sql = compiler.process(column, **options)
    binary = isinstance(column.type.dialect_impl(compiler.dialect), LargeBinary)
    # hex(NULL) is an empty text, which would be equal to no bytes at all.
    return f"CASE WHEN {sql} IS NOT NULL THEN hex({sql}) END" if binary else sql
