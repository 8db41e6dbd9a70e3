"""Checks of a plugin's settings model: what is stored can be read back, and a typo is an error."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic_core import to_jsonable_python


def settings_faults(model: type[BaseModel] | None, given: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with accepting `given` and refusing everything else."""
    if model is None:
        return []
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return [f"settings must be a pydantic model, not {model!r}"]
    open_models = [f"{each.__name__} accepts unknown names" for each in models(model) if not forbids(each)]
    try:
        model.model_validate(given)
    except ValidationError as error:
        return [*open_models, f"the settings given to this test are refused: {_said(error)}"]
    return open_models


def round_trip_faults(model: type[BaseModel] | None, given: Mapping[str, Any]) -> list[str]:
    """Return the fields that come back different from being written to TOML and read again."""
    if model is None:
        return []
    before = model.model_validate(given)
    stored = tomlkit.dumps(_plain(before))
    try:
        after = model.model_validate(tomllib.loads(stored))
    except ValidationError as error:
        return [f"its own values are refused when read back: {_said(error)}"]
    return [
        f"{name}: {getattr(before, name)!r} is read back as {getattr(after, name)!r}"
        for name in type(before).model_fields
        if getattr(before, name) != getattr(after, name)
    ]


def forbids(model: type[BaseModel]) -> bool:
    """Tell whether `model` refuses unknown names."""
    return model.model_config.get("extra") == "forbid"


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield `model` and every model that is the type of one of its fields."""
    yield model
    for info in model.model_fields.values():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from models(info.annotation)


def _plain(value: Any) -> Any:
    """Return what TOML can hold: nothing for ``None``, and secrets as they are, not masked."""
    match value:
        case BaseModel():
            return _plain({name: getattr(value, name) for name in type(value).model_fields})
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items() if each is not None}
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in value]
        case SecretStr() | SecretBytes():
            return _plain(value.get_secret_value())
        case _:
            return to_jsonable_python(value)


def _said(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
