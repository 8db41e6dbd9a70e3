"""In which order rows come: fields, directions, where empty ones go, and the key that decides between equals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, final

from sqlalchemy import ColumnElement, Select

from host.data.repository.shape import Shape

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Sort:
    """Sort by one field.

    Args:
        field: the model's attribute.
        descending: highest first.
        empty_first: rows without a value come first instead of last.
    """

    field: str
    descending: bool = False
    empty_first: bool = False

    def reversed(self) -> "Sort":
        """Return the opposite."""
        return replace(self, descending=not self.descending, empty_first=not self.empty_first)

    def expression(self, shape: Shape) -> ColumnElement[Any]:
        """Return it as SQL; a column that is never empty is left to its index."""
        attribute = shape.attribute(self.field)
        directed = attribute.desc() if self.descending else attribute.asc()
        if not nullable(shape, self.field):
            return directed
        return directed.nulls_first() if self.empty_first else directed.nulls_last()


def nullable(shape: Shape, field: str) -> bool:
    """Tell whether a row may have no value there."""
    return bool(getattr(shape.fields[field], "nullable", True))


def sorts(shape: Shape, order: Iterable[Sort | str]) -> tuple[Sort, ...]:
    """Return the complete order: what was asked for, then the key; ``"-name"`` is short for descending.

    Raises:
        ValidationError: a sort names no field.
    """
    asked = [each if isinstance(each, Sort) else Sort(each.removeprefix("-"), each.startswith("-")) for each in order]
    shape.require(each.field for each in asked)
    named = {each.field for each in asked}
    # The key follows the last direction, so that one index can serve both.
    descending = bool(asked) and asked[-1].descending
    return (*asked, *(Sort(name, descending) for name in shape.key if name not in named))


def ordered(query: Select[T], shape: Shape, order: Sequence[Sort | str]) -> Select[T]:
    """Return `query` in that order."""
    return query.order_by(*(each.expression(shape) for each in sorts(shape, order)))
