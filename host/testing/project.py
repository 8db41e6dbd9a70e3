"""Writes the project folder that a test's app runs in, apart from everything the developer has set up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from host.config import AppConfig, load_config
from host.kernel.choices import FILE_NAME


@dataclass(frozen=True)
class Project:
    """A folder with a ``plugins.toml`` and nothing else; settings come from the packaged files and `config`.

    Args:
        plugins: ids of the plugins to enable.
        settings: plugin id → its settings.
        config: the host's settings by dotted name, such as ``{"env": "prod"}``.
        choose: capability → provider name.
        settings_version: plugin id → version of the settings' schema that they are written for.
    """

    root: Path
    plugins: Sequence[str]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    choose: Mapping[str, str] = field(default_factory=dict)
    settings_version: Mapping[str, int] = field(default_factory=dict)

    def write(self) -> AppConfig:
        """Write the folder and return the settings read from it."""
        self.root.mkdir(parents=True, exist_ok=True)
        document = {
            "strict": True,
            "choose": dict(self.choose),
            "plugins": {id_: self._table(id_) for id_ in self.plugins},
        }
        (self.root / FILE_NAME).write_text(tomlkit.dumps(document), encoding="utf-8")
        return load_config(self.root, cli={"logs.file": "off", **self.config})

    def _table(self, plugin: str) -> dict[str, Any]:
        version = {"settings_version": self.settings_version[plugin]} if plugin in self.settings_version else {}
        return {**version, "settings": dict(self.settings.get(plugin, {}))}
