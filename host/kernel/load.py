"""Imports one plugin: its entry point's value, its hooks, its validated settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from host.contributions import Plugin
from host.errors import PluginError
from host.kernel.choices import PluginTable
from host.kernel.discovery import Candidate
from host.kernel.manifest import every_fault
from host.one_line import describe


def import_plugin(candidate: Candidate) -> Plugin:
    """Import the plugin's code.

    Raises:
        PluginError: the import raised or tried to exit, or the entry point names something else than a `Plugin`.
    """
    try:
        value = candidate.entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(f"import failed: {describe(error)}") from error
    if not isinstance(value, Plugin):
        what = f"{candidate.entry_point.value} is a {type(value).__name__}, not a Plugin"
        raise PluginError(what, remedy="Let the entry point name `plugin = Plugin(…)`.")
    return value


Upgrades = Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]


@dataclass(frozen=True)
class StoredSettings:
    """A plugin's settings as written, with the version they were written for."""

    table: PluginTable
    current: int

    def lifted(self, upgrades: Upgrades) -> dict[str, Any]:
        """Lift the stored settings to the current version, one step at a time."""
        values = dict(self.table.settings)
        for version in range(self.table.settings_version or self.current, self.current):
            if version not in upgrades:
                raise PluginError(f"settings: no way from version {version} to {version + 1}")
            values = upgrades[version](values)
        return values


def validate_settings(model: type[Any] | None, values: dict[str, Any]) -> BaseModel | None:
    """Validate a plugin's settings.

    Raises:
        PluginError: naming every wrong or unknown setting.
    """
    if model is None:
        if values:
            raise PluginError(f"settings: it has none, but plugins.toml gives {', '.join(sorted(values))}")
        return None
    try:
        return _closed(model).model_validate(values)
    except PydanticError as error:
        remedy = " ".join(("Mend its settings in plugins.toml.", *_meant(error, list(model.model_fields))))
        raise PluginError(f"settings: {every_fault(error)}", remedy=remedy) from error


def _meant(error: PydanticError, known: list[str]) -> list[str]:
    """Return for each unknown setting the one it is nearest to."""
    unknown = [
        str(each["loc"][0]) for each in error.errors() if each["type"] == "extra_forbidden" and len(each["loc"]) == 1
    ]
    near = [(name, close[0]) for name in unknown if (close := get_close_matches(name, known, n=1))]
    return [f"Is {name} meant to be {close}?" for name, close in near]


def _closed(model: type[Any]) -> type[BaseModel]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise PluginError(f"settings must be a pydantic model, not {model!r}")
    if model.model_config.get("extra") != "forbid":
        remedy = 'Set model_config = ConfigDict(extra="forbid"), so that a typo is an error.'
        raise PluginError(f"settings model {model.__name__} accepts unknown names", remedy=remedy)
    return model
