"""Typed page parameters: makes of the raw query what a page's `params` annotation asks for, and of values a query."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from host.errors import HostError

PARAMETER: Final = "params"
_LISTS: Final = frozenset({"list_type", "tuple_type", "set_type", "frozen_set_type"})
Query = Mapping[str, Sequence[str]]


class ParamsError(HostError):
    """A page's address lacks what the page can't do without; `names` says what."""

    user_message = "The address of this page is incomplete."

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"missing page parameters: {', '.join(names)}")


@dataclass(frozen=True, slots=True)
class ParamProblem:
    """A value in the address that the page can't use; its default is used instead.

    Args:
        kind: pydantic's error type, such as ``int_parsing``.
        context: the limits that were missed, by pydantic's names.
    """

    name: str
    given: str
    kind: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ParsedParams:
    """The typed value, plain text by name for a page that names no type, and what had to be left out."""

    value: Any
    problems: tuple[ParamProblem, ...] = ()


def annotation(render: Callable[..., Any]) -> Any | None:
    """Return the type of the `params` parameter of a function or constructor, ``None`` when it takes none."""
    try:
        found = inspect.signature(render, eval_str=True).parameters.get(PARAMETER)
    except NameError:
        return None
    return None if found is None or found.annotation is inspect.Parameter.empty else found.annotation


def parse(wanted: Any | None, query: Query) -> ParsedParams:
    """Build the typed parameters; values that don't fit are left out and reported, never raised.

    Args:
        wanted: a pydantic model or a dataclass.
        query: parameter → every value that the address gives it.

    Raises:
        ParamsError: a parameter without default is missing or unusable.
    """
    if wanted is None:
        return ParsedParams({name: values[-1] for name, values in query.items() if values})
    left: dict[str, Any] = {name: values[-1] if len(values) == 1 else list(values) for name, values in query.items()}
    problems: list[ParamProblem] = []
    while True:
        try:
            return ParsedParams(_adapter(wanted).validate_python(left), tuple(problems))
        except ValidationError as error:
            _give_way(error.errors(include_url=False), left, problems)


def _give_way(errors: Iterable[ErrorDetails], left: dict[str, Any], problems: list[ParamProblem]) -> None:
    """Change `left` so that the next try has fewer errors."""
    found = [(str(error["loc"][0]) if error["loc"] else "", error) for error in errors]
    named = {name: error for name, error in reversed(found) if name in left}
    if not named:
        if all(error["loc"] for _, error in found) or not left:
            raise ParamsError([name for name, _ in found])
        # A rule over several parameters failed: without any of them the defaults hold.
        named = dict.fromkeys(list(left), found[0][1])
    for name, error in named.items():
        if error["type"] in _LISTS and isinstance(left[name], str):
            left[name] = [left[name]]
            continue
        problems.append(ParamProblem(name, _shown(left.pop(name)), error["type"], error.get("ctx", {})))


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


@lru_cache(maxsize=512)
def _adapter(wanted: Any) -> TypeAdapter[Any]:
    return TypeAdapter(wanted)


def encode(values: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return `values` as a query; ``None`` is left out."""
    return {name: _encoded(value) for name, value in values.items() if value is not None}


def _encoded(value: Any) -> str | list[str]:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    return _plain(value)


def _plain(value: Any) -> str:
    match value:
        case Enum():
            return _plain(value.value)
        case bool():
            return "true" if value else "false"
        case date() | datetime() | time():
            return value.isoformat()
        case str() | int() | float() | UUID():
            return str(value)
        case _:
            raise TypeError(f"a page parameter can't hold {type(value).__name__}; give text, number, date or a list")
