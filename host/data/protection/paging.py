"""A place in a table by primary key, as JSON can hold it, so that a resumable task goes on after it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

_READ: Final[dict[type, Callable[[Any], Any]]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
    bytes: bytes.fromhex,
}


def after(key: Sequence[Any], place: Sequence[Any] | None) -> ColumnElement[bool] | None:
    """Return the condition for rows behind `place` in the order of `key`; ``None`` at the beginning."""
    if place is None:
        return None
    values = [
        _READ.get(column.type.python_type, lambda same: same)(value) for column, value in zip(key, place, strict=True)
    ]
    steps = []
    for number, (column, value) in enumerate(zip(key, values, strict=True)):
        same = [one == other for one, other in zip(key[:number], values[:number], strict=True)]
        steps.append(and_(*same, column > value))
    return or_(*steps)


def place_of(values: Sequence[Any]) -> list[Any]:
    """Return a row's key as JSON can hold it."""
    return [_written(value) for value in values]


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
