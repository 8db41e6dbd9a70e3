"""What operators chose: `plugins.toml`, the database's toggles above it, the environment's pins above all."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator
from pydantic import ValidationError as PydanticError

from host.errors import ConfigError
from host.kernel.capabilities import CAPABILITIES, SHORT_FORMS
from host.kernel.exposure import Exposure
from host.kernel.features import Pins
from host.kernel.manifest import faults_of

FILE_NAME: Final = "plugins.toml"
Origin = Literal["pinned", "database", "plugins.toml", "default"]


class ExposeTable(BaseModel):
    """``[plugins.<id>.expose]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: tuple[str, ...] = ()
    percent: float = Field(default=100.0, ge=0, le=100)


class PluginTable(BaseModel):
    """``[plugins.<id>]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    package: str | None = None
    on_failure: Literal["continue", "abort"] = "continue"
    essential: bool = False
    settings_version: int | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    expose: ExposeTable = ExposeTable()


class TrustTable(BaseModel):
    """``[trust]``: which distributions may be loaded at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[str, ...] | None = None

    @field_validator("allow")
    @classmethod
    def _are_requirements(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for each in value or ():
            Requirement(each)
        return value


class PluginsFile(BaseModel):
    """The whole of ``plugins.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strict: bool = False
    trust: TrustTable = TrustTable()
    choose: dict[str, str] = Field(default_factory=dict)
    plugins: dict[str, PluginTable] = Field(default_factory=dict)
    flags: dict[str, StrictBool | StrictInt | StrictFloat | StrictStr] = Field(default_factory=dict)

    @field_validator("flags", mode="before")
    @classmethod
    def _by_full_name(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        flat: dict[str, Any] = {}
        for name, each in value.items():
            # Without quotes TOML reads `warehouse.quick_order = true` as a table in a table.
            flat.update({f"{name}.{key}": one for key, one in each.items()} if isinstance(each, dict) else {name: each})
        return flat

    @field_validator("choose")
    @classmethod
    def _are_capabilities(cls, value: dict[str, str]) -> dict[str, str]:
        # `jobs = "arq"` names a waker in its short form; `jobs = "local"` the queue itself.
        known = {SHORT_FORMS.get(name, name): choice for name, choice in value.items()}
        unknown = sorted(set(known) - set(CAPABILITIES))
        if unknown:
            raise ValueError(f"no such capability: {', '.join(unknown)}; known: {', '.join(CAPABILITIES)}")
        return known


@dataclass(frozen=True)
class Toggle:
    """What an operator set at run time, stored in the database; ``None`` leaves it to the file."""

    enabled: bool | None = None
    exposure: Exposure | None = None
    by: str = ""


@dataclass(frozen=True)
class Choices:
    """The three layers, asked one plugin at a time."""

    file: PluginsFile
    toggles: Mapping[str, Toggle] = field(default_factory=dict)
    pins: Pins = field(default_factory=lambda: Pins({}))

    def enabled(self, plugin: str) -> tuple[bool, Origin]:
        """Tell whether a plugin is switched on, and which layer says so; an unlisted one is off."""
        pinned = self.pins.pin(plugin)
        if pinned is not None:
            return pinned, "pinned"
        toggle = self.toggles.get(plugin)
        if toggle is not None and toggle.enabled is not None:
            return toggle.enabled, "database"
        table = self.file.plugins.get(plugin)
        return (table.enabled, "plugins.toml") if table else (False, "default")

    def exposure(self, plugin: str) -> Exposure:
        """Return the plugin's audience."""
        toggle = self.toggles.get(plugin)
        if toggle is not None and toggle.exposure is not None:
            return toggle.exposure
        table = self.table(plugin).expose
        return Exposure(frozenset(table.roles), table.percent)

    def table(self, plugin: str) -> PluginTable:
        """Return the plugin's table in the file, or one with defaults."""
        return self.file.plugins.get(plugin, PluginTable())

    def trusts(self, distribution: str, version: str) -> bool:
        """Tell whether a distribution may be loaded; without ``[trust] allow`` every installed one may."""
        if self.file.trust.allow is None:
            return True
        requirements = [Requirement(each) for each in self.file.trust.allow]
        return any(
            canonicalize_name(r.name) == distribution and r.specifier.contains(version, prereleases=True)
            for r in requirements
        )


def read_plugins_file(path: Path) -> PluginsFile:
    """Read `path`; a missing file means no plugin is listed.

    Raises:
        ConfigError: naming every fault in the file.
    """
    if not path.is_file():
        return PluginsFile()
    try:
        return PluginsFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except PydanticError as error:
        raise ConfigError([f"{path}: {fault}" for fault in faults_of(error)]) from error
    except OSError as error:
        raise ConfigError([f"{path}: can't be read: {error.strerror}"]) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError([f"{path}: not valid TOML: {error}"]) from error
