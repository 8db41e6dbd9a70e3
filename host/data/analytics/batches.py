"""Reads a select as Arrow batches whose types follow from its columns, whatever the values of one batch are."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from host.errors import HostError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS: Final = 10_000
"""Rows of one batch."""


def batches(session: Session, select: "Select[Any]") -> "Iterator[pa.RecordBatch]":
    """Yield the rows of `select` in batches; at least one, so that an empty result has its columns too.

    Raises:
        HostError: a value doesn't fit the type of its column.
    """
    import pyarrow as pa

    schema = pa.schema([(column.name, _arrow(column.type)) for column in select.selected_columns])
    yield pa.RecordBatch.from_pylist([], schema=schema)
    for rows in session.execute(select).yield_per(ROWS).partitions():
        columns = zip(*rows, strict=True)
        yield pa.RecordBatch.from_arrays(
            [_array(values, field) for values, field in zip(columns, schema, strict=True)], schema=schema
        )


def _array(values: tuple[Any, ...], field: "pa.Field") -> "pa.Array":
    import pyarrow as pa

    if pa.types.is_string(field.type):
        values = tuple(value if value is None or isinstance(value, str) else str(value) for value in values)
    try:
        return pa.array(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        problem = f"a value of the column {field.name} doesn't fit {field.type}: {error}"
        raise HostError(problem, remedy="Cast the column in the select.") from error


def _arrow(kind: "TypeEngine[Any]") -> "pa.DataType":
    import pyarrow as pa

    known = {
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        date: pa.date32(),
        time: pa.time64("us"),
        datetime: pa.timestamp("us", "UTC"),
        bytes: pa.binary(),
    }
    python = _python(kind)
    if python is Decimal:
        scale = getattr(kind, "scale", None)
        return pa.float64() if scale is None else pa.decimal128(38, scale)
    return known.get(python, pa.string())


def _python(kind: "TypeEngine[Any]") -> type[Any]:
    """Return what values of a column are in Python; a decorated type says so itself, or is like the one below it."""
    try:
        python = kind.python_type
    except NotImplementedError:
        python = object
    if python is object:
        return _python(kind.impl_instance) if isinstance(kind, TypeDecorator) else str
    return python
