"""A layer: values by setting, each with the place it was written. Reading files and variables is done elsewhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from host.config.faults import Fault, nearest
from host.config.fields import Path, SettingField, setting_fields
from host.config.model import AppConfig


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value as a layer gives it."""

    value: Any
    where: str


class Layer(PydanticBaseSettingsSource):
    """One source of `AppConfig`; `faults` are what could not be read from it."""

    def __init__(self, name: str, leaves: Mapping[Path, Leaf], faults: Iterable[Fault] = ()) -> None:
        super().__init__(AppConfig)
        self.name = name
        self.leaves = dict(leaves)
        self.faults = tuple(faults)

    def without(self, paths: Collection[Path]) -> "Layer":
        """Return the layer less some settings."""
        return Layer(self.name, {path: leaf for path, leaf in self.leaves.items() if path not in paths}, self.faults)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one top-level field."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the values as nested mappings."""
        tree: dict[str, Any] = {}
        for path, leaf in self.leaves.items():
            branch = tree
            for part in path[:-1]:
                branch = branch.setdefault(part, {})
            branch[path[-1]] = leaf.value
        return tree


@dataclass(frozen=True, slots=True)
class Origin:
    """The layer whose value counts."""

    layer: str
    leaf: Leaf


def origins(layers: Sequence[Layer]) -> dict[Path, Origin]:
    """Return the winning value of each setting that any layer gives; later layers win."""
    return {path: Origin(layer.name, leaf) for layer in layers for path, leaf in layer.leaves.items()}


def spread(field: SettingField, value: Any, where: str) -> dict[Path, Leaf]:
    """Return the leaves of one setting: one, or one for each entry of a mapping."""
    if field.is_mapping and isinstance(value, Mapping):
        return {(*field.path, str(key)): Leaf(item, where) for key, item in value.items()}
    return {field.path: Leaf(value, where)}


def from_text(field: SettingField, text: str) -> Any:
    """Return the value that a variable's text means; unusable text comes back unchanged, for the model to refuse."""
    if field.is_list:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    if field.is_mapping:
        pairs = (item.partition("=") for item in text.split(",") if item.strip())
        return {key.strip(): value.strip() for key, _, value in pairs}
    try:
        return cast("Any", TypeAdapter(field.annotation).validate_strings(text))
    except ValidationError:
        return text


def unknown_setting(name: str, where: str) -> Fault:
    """Say that no setting has this name, and which is nearest."""
    hint = nearest(name, [*setting_fields()])
    return Fault(
        "CFG-UNKNOWN", f"{name} is not a setting", where, hint or "Remove it; docs/configuration.md lists all."
    )
