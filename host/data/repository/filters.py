"""Typed conditions: a field, an operator and a value, checked against the model before they reach the database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from host.data.batches.membership import in_any
from host.data.repository.shape import Shape
from host.errors import ValidationError

Operator: TypeAlias = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "starts with", "ends with", "is empty", "is filled"
]


@final
@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field.

    Args:
        field: the model's attribute, such as ``"name"``.
        operator: ``contains``, ``starts with`` and ``ends with`` ignore case; ``in`` takes any number of values;
            ``is empty`` and ``is filled`` take none.
        value: of the field's type.
    """

    field: str
    operator: Operator
    value: Any = None


Criterion: TypeAlias = Filter | ColumnElement[bool]
"""A `Filter`, or a SQLAlchemy expression such as ``Article.stock > 0``."""

Attribute: TypeAlias = InstrumentedAttribute[Any]
_BUILD: Final[Mapping[str, Callable[[Attribute, Any], ColumnElement[bool]]]] = {
    "=": lambda field, value: field.is_(None) if value is None else field == value,
    "!=": lambda field, value: field.is_not(None) if value is None else field != value,
    "<": lambda field, value: field < value,
    "<=": lambda field, value: field <= value,
    ">": lambda field, value: field > value,
    ">=": lambda field, value: field >= value,
    "in": in_any,
    "not in": lambda field, value: ~in_any(field, value),
    "contains": lambda field, value: field.icontains(value, autoescape=True),
    "starts with": lambda field, value: field.istartswith(value, autoescape=True),
    "ends with": lambda field, value: field.iendswith(value, autoescape=True),
    "is empty": lambda field, _: field.is_(None),
    "is filled": lambda field, _: field.is_not(None),
}
_LISTS: Final = frozenset({"in", "not in"})
_TEXTS: Final = frozenset({"contains", "starts with", "ends with"})
_NO_VALUE: Final = frozenset({"is empty", "is filled"})
_MAY_BE_NONE: Final = frozenset({"=", "!="})


def conditions(shape: Shape, criteria: Iterable[Criterion]) -> list[ColumnElement[bool]]:
    """Return `criteria` as SQL.

    Raises:
        ValidationError: a filter names no field, no operator, or a value of another type.
    """
    return [_condition(shape, each) if isinstance(each, Filter) else each for each in criteria]


def _condition(shape: Shape, condition: Filter) -> ColumnElement[bool]:
    attribute = shape.attribute(condition.field)
    operator, value = condition.operator, condition.value
    if operator not in _BUILD:
        raise _wrong(shape, condition, f"has the unknown operator {operator!r}", f"Use one of: {', '.join(_BUILD)}.")
    if operator in _TEXTS and shape.python_type(condition.field) not in (str, None):
        raise _wrong(shape, condition, f"searches with {operator!r} in what is no text", "Use = instead.")
    if operator in _LISTS:
        value = _listed(shape, condition)
    elif operator not in _NO_VALUE and not (value is None and operator in _MAY_BE_NONE):
        _check(shape, condition, value)
    return _BUILD[operator](attribute, value)


def _listed(shape: Shape, condition: Filter) -> list[Any]:
    if isinstance(condition.value, str | bytes) or not isinstance(condition.value, Iterable):
        raise _wrong(shape, condition, f"needs several values, not {condition.value!r}", "Hand over a list.")
    values = list(condition.value)
    for value in values:
        _check(shape, condition, value)
    return values


def _check(shape: Shape, condition: Filter, value: Any) -> None:
    if value is None or not shape.fits(condition.field, value):
        wanted = shape.python_type(condition.field)
        name = wanted.__name__ if wanted else "a value"
        raise _wrong(shape, condition, f"is compared with {value!r}", f"Hand over {name}.")


def _wrong(shape: Shape, condition: Filter, problem: str, remedy: str) -> ValidationError:
    return ValidationError(f"The filter on {shape.model.__name__}.{condition.field} {problem}.", remedy=remedy)
