"""Column values as JSON text that reads back as the same values: JSON's own as they are, others with their kind."""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Dialect, Enum, Table
from sqlalchemy.types import ARRAY, JSON, Float, TypeDecorator

from host.errors import HostError

AS_STORED: Final = "audit_as_stored"
"""Class attribute of a column type whose Python value must not reach the audit, such as that of encrypted columns."""
_NATIVE: Final = (str, int, bool, type(None))


class UnreadableValueError(HostError):
    """A value cannot be written into the audit."""


_KINDS: Final[Mapping[type, tuple[str, Callable[[Any], Any]]]] = {
    Decimal: ("$decimal", str),
    datetime: ("$datetime", datetime.isoformat),
    date: ("$date", date.isoformat),
    time: ("$time", time.isoformat),
    timedelta: ("$timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    UUID: ("$uuid", str),
    bytes: ("$bytes", lambda value: b64encode(value).decode("ascii")),
    bytearray: ("$bytes", lambda value: b64encode(value).decode("ascii")),
    memoryview: ("$bytes", lambda value: b64encode(value).decode("ascii")),
}
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$timedelta": lambda parts: timedelta(*parts),
    "$uuid": UUID,
    "$bytes": b64decode,
    "$float": float,
    "$json": lambda value: value,
    "$list": lambda items: [decode(item) for item in items],
}


def _tagged(value: Any) -> Any:
    kind = _KINDS.get(type(value)) or next((_KINDS[each] for each in _KINDS if isinstance(value, each)), None)
    if kind is None:
        raise TypeError(type(value).__name__)
    return {kind[0]: kind[1](value)}


_dump: Final = json.JSONEncoder(
    default=_tagged, ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")
).encode


class RowCodec:
    """Writes the columns of one table.

    Args:
        table: whose columns.
        dialect: binds values of types that only the database form of is known.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._table = table
        self._dialect = dialect
        self._special = {column.name: column for column in table.columns if _is_special(column)}

    def text(self, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
        """Return ``{"old": {column: value}, "new": {column: value}}``; a side that is ``None`` is left out.

        Raises:
            UnreadableValueError: a value is of a type that neither JSON nor the column knows.
        """
        sides = {name: side for name, side in (("old", before), ("new", after)) if side is not None}
        try:
            told = _dump({name: self._plain(side) for name, side in sides.items()})
        except (TypeError, ValueError):
            told = _dump({name: self._bound(side) for name, side in sides.items()})
        return escaped(told)

    def _plain(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._special and type(values) is dict:
            return values
        return {name: self._one(name, value) if name in self._special else value for name, value in values.items()}

    def _one(self, name: str, value: Any) -> Any:
        column = self._special[name]
        if value is None:
            return None
        if getattr(column.type, AS_STORED, False):
            return self._as_stored(column, value)
        if isinstance(column.type, Enum):
            return {"$enum": getattr(value, "name", value)}
        return encode(value)

    def _bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        plain = self._plain(values)
        return {
            name: plain[name] if _readable(plain[name]) else self._as_stored(self._column(name), value)
            for name, value in values.items()
        }

    def _as_stored(self, column: Column[Any], value: Any) -> Any:
        bind = column.type.dialect_impl(self._dialect).bind_processor(self._dialect)
        stored = encode(bind(value) if bind else value)
        if not _readable(stored):
            problem = f"The value of {self._table.name}.{column.name}, a {type(value).__name__}, cannot be recorded."
            raise UnreadableValueError(problem, remedy="Store it as text, number, date, bytes or JSON.")
        return {"$stored": stored}

    def _column(self, name: str) -> Column[Any]:
        return next(column for column in self._table.columns if column.name == name)


def escaped(told: str) -> str:
    """Return JSON text that can be written: half of a surrogate pair is no text, JSON columns keep its escape."""
    return told if told.isascii() else told.encode("utf-8", "backslashreplace").decode("utf-8")


def encode(value: Any) -> Any:
    """Return `value` in a form that JSON knows, where it is of a known type."""
    kind = type(value)
    if kind in _NATIVE:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    if isinstance(value, dict):
        return {"$json": value}
    if isinstance(value, list | tuple):
        return {"$list": [encode(item) for item in value]}
    return _tagged(value) if isinstance(value, tuple(_KINDS)) else value


def decode(value: Any) -> Any:
    """Return the value that was written; ``{"$enum": …}`` and ``{"$stored": …}`` stay: only their column reads them."""
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        if kind in _READERS:
            return _READERS[kind](inner)
    return value


def for_column(column: Column[Any], value: Any, dialect: Dialect) -> Any:
    """Return a decoded value as the Python value of `column`."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    if kind == "$enum" and isinstance(column.type, Enum):
        return column.type.enum_class[inner] if column.type.enum_class else inner
    if kind == "$stored":
        read = column.type.dialect_impl(dialect).result_processor(dialect, None)
        return read(decode(inner)) if read else decode(inner)
    return value


def _readable(value: Any) -> bool:
    try:
        _dump(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_special(column: Column[Any]) -> bool:
    kind = column.type
    if getattr(kind, AS_STORED, False) or isinstance(kind, Enum | Float | JSON | ARRAY):
        return True
    return isinstance(kind, TypeDecorator) and isinstance(kind.impl_instance, Enum | Float | JSON | ARRAY)
