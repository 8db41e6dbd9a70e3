"""A plugin on its way through the start: its candidate first, then what each stage adds."""

from dataclasses import dataclass, field
from typing import Any

from host.contributions import Plugin
from host.kernel.discovery import Candidate
from host.kernel.hooks import PluginHooks
from host.kernel.manifest import Manifest
from host.kernel.services import PluginServices


@dataclass
class ActivePlugin:
    """A plugin on its way through the start, or started."""

    candidate: Candidate
    manifest: Manifest
    plugin: Plugin = field(default_factory=Plugin)
    hooks: PluginHooks = field(default_factory=lambda: PluginHooks("", None))
    settings: Any = None
    services: PluginServices = field(default_factory=lambda: PluginServices(None))
    ms: float = 0.0

    @property
    def id(self) -> str:
        """The plugin's id."""
        return self.candidate.id

    @property
    def version(self) -> str:
        """Its distribution's version."""
        return self.candidate.version
