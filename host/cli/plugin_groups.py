"""The command groups of installed plugins, read off their manifests; light, because every `app --help` asks for it."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from host.kernel.locate import package_folder, registered

_MANIFEST: Final = "plugin.toml"
_DATA_DIR: Final = "APP_DATA_DIR"


@dataclass(frozen=True, slots=True)
class PluginGroup:
    """A command group that a plugin's manifest names.

    Args:
        enabled: whether the plugin is switched on; whether it runs is found out when the group is used.
    """

    name: str
    plugin: str
    help: str
    enabled: bool


def plugin_groups() -> list[PluginGroup]:
    """Return every group of every installed plugin, enabled ones first; nothing of a plugin is imported.

    A manifest or a file that can't be read hides its own entries only: the commands that explain it still work.
    """
    switches = _Switches.read()
    found = [
        PluginGroup(name, plugin, text, switches.enabled(plugin))
        for plugin, commands in _commands()
        for name, text in commands.items()
    ]
    return sorted(found, key=lambda group: (not group.enabled, group.name, group.plugin))


def _commands() -> Iterator[tuple[str, Mapping[str, str]]]:
    for _, entry_point in registered():
        module = entry_point.value.partition(":")[0].strip()
        folder = package_folder(module) if module else None
        table = _toml(folder / _MANIFEST).get("plugin", {}) if folder else {}
        commands = table.get("commands", {}) if isinstance(table, dict) else {}
        if isinstance(commands, dict):
            yield entry_point.name, {name: str(text) for name, text in commands.items()}


@dataclass(frozen=True)
class _Switches:
    """What is switched on, by the same precedence as in `host.kernel.choices`, without its checks."""

    pins: Mapping[str, bool]
    toggles: Mapping[str, Any]
    listed: Mapping[str, Any]

    @classmethod
    def read(cls) -> "_Switches":
        from host.resources import packaged, project_root

        root = project_root()
        environment = {**_dotenv(root / ".env"), **os.environ}
        own = root / "plugins.toml"
        listed = _toml(own if own.is_file() else packaged("plugins.toml")).get("plugins", {})
        toggles = _json(_data_dir(root, environment) / "toggles.json")
        return cls(_pins(environment), toggles, listed)

    def enabled(self, plugin: str) -> bool:
        if plugin in self.pins:
            return self.pins[plugin]
        toggled = self.toggles.get(plugin, {}).get("enabled")
        if toggled is not None:
            return bool(toggled)
        table = self.listed.get(plugin)
        return isinstance(table, dict) and bool(table.get("enabled", True))


def _pins(environment: Mapping[str, str]) -> Mapping[str, bool]:
    from host.errors import ConfigError
    from host.kernel.features import read_pins

    try:
        return read_pins(environment).values
    except ConfigError:
        return {}


def _data_dir(root: Path, environment: Mapping[str, str]) -> Path:
    """Return the data folder without building the settings, which takes longer than the whole help."""
    env = environment.get("APP_ENV") or environment.get("ENV") or "dev"
    layers = [_toml(root / "config" / f"{name}.toml").get("data_dir") for name in (env, "base")]
    chosen = next((each for each in (environment.get(_DATA_DIR), *layers) if isinstance(each, str)), "var")
    return root / Path(chosen).expanduser()


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value is not None}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _json(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}
