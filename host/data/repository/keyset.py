"""Pages by position: stable while rows come and go, and as fast at the end of a list as at its beginning."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, tuple_

from host.data.repository.ordering import Sort, nullable
from host.data.repository.shape import Shape


def beyond(shape: Shape, sorts: Sequence[Sort], values: Sequence[Any], *, including: bool) -> ColumnElement[bool]:
    """Return the condition that a row comes after the one with `values`, or is it, in the order of `sorts`."""
    after = _beyond(shape, sorts, values)
    if not including:
        return after
    return or_(after, and_(*(_same(shape, sort, value) for sort, value in zip(sorts, values, strict=True))))


def _beyond(shape: Shape, sorts: Sequence[Sort], values: Sequence[Any]) -> ColumnElement[bool]:
    simple = not any(nullable(shape, sort.field) for sort in sorts) and len({sort.descending for sort in sorts}) == 1
    if simple:
        return _beyond_row(shape, sorts, values)
    # a > x OR (a = x AND (b > y OR (b = y AND …)))
    condition: ColumnElement[bool] = false()
    for sort, value in reversed(list(zip(sorts, values, strict=True))):
        condition = or_(_after(shape, sort, value), and_(_same(shape, sort, value), condition))
    return condition


def _beyond_row(shape: Shape, sorts: Sequence[Sort], values: Sequence[Any]) -> ColumnElement[bool]:
    """Compare whole rows, which both databases serve from one index."""
    fields = [shape.attribute(sort.field) for sort in sorts]
    if len(fields) == 1:
        return _after(shape, sorts[0], values[0])
    typed = tuple_(*values, types=[field.type for field in fields])
    return tuple_(*fields) < typed if sorts[0].descending else tuple_(*fields) > typed


def _after(shape: Shape, sort: Sort, value: Any) -> ColumnElement[bool]:
    field: ColumnElement[Any] = shape.attribute(sort.field)  # type: ignore[assignment]
    if value is None:
        return field.is_not(None) if sort.empty_first else false()
    after = field < value if sort.descending else field > value
    return or_(after, field.is_(None)) if nullable(shape, sort.field) and not sort.empty_first else after


def _same(shape: Shape, sort: Sort, value: Any) -> ColumnElement[bool]:
    field = shape.attribute(sort.field)
    return field.is_(None) if value is None else field == value
