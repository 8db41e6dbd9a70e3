"""Checks that a contribution's fields hold what they promise, so that nobody who reads them later has to."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter
from pydantic import ValidationError as PydanticError

from host.errors import PluginError

T = TypeVar("T")


def shaped(value: T, kind: type[T]) -> T:
    """Return a copy of `value` whose fields are of the types that `kind` declares; the plugin keeps no hold on it.

    Raises:
        PluginError: naming the field and what is wrong with it.
    """
    # mypy takes a generic class for unhashable.
    adapters = _adapters(kind)  # type: ignore[arg-type]
    checked = {name: _checked(kind, name, adapter, getattr(value, name)) for name, adapter in adapters.items()}
    return replace(value, **checked)  # type: ignore[type-var]


def _checked(kind: type[Any], name: str, adapter: TypeAdapter[Any], value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except PydanticError as error:
        faults = error.errors(include_url=False)
        where = ".".join([kind.__name__, name, *(str(part) for part in faults[0]["loc"])])
        raise PluginError(f"{where}: {faults[0]['msg']}, got a {type(faults[0]['input']).__name__}") from error


@cache
def _adapters(kind: type[Any]) -> Mapping[str, TypeAdapter[Any]]:
    hints = get_type_hints(kind)
    config = ConfigDict(arbitrary_types_allowed=True)
    return {each.name: TypeAdapter(hints[each.name], config=config) for each in fields(kind)}
