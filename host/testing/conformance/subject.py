"""The plugin under test: found, read, started on databases of its own, alone or with what it can't be without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from host.contributions import Plugin
from host.errors import PluginError
from host.hookspecs import HOST_API
from host.kernel.discovery import Candidate, discover
from host.kernel.hooks import PluginHooks
from host.kernel.load import import_plugin
from host.kernel.manifest import Manifest
from host.testing.conformance.settings import settings_faults


@dataclass(frozen=True)
class Subject:
    """What the checks are about.

    Args:
        id: of the plugin.
        beside: plugins that must be enabled too, besides those that manifests require.
        settings: of the plugin, where its defaults don't do.
        page_params: page path → parameters for a page that can't be opened without.
    """

    id: str
    beside: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    page_params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def candidate(self) -> Candidate:
        """The installed plugin."""
        found = discover().get(self.id, ())
        assert found, f"no distribution here offers plugin {self.id!r}: is its entry point there, is it installed?"
        assert len(found) == 1, f"plugin {self.id!r} is claimed by {', '.join(each.distribution for each in found)}"
        return found[0]

    @property
    def manifest(self) -> Manifest:
        """Its manifest."""
        candidate = self.candidate
        assert candidate.manifest is not None, f"{candidate.problem} {candidate.remedy}"
        return candidate.manifest

    @property
    def folder(self) -> Path:
        """Its package's folder."""
        folder = self.candidate.folder
        assert folder is not None, f"the package of plugin {self.id!r} can't be found"
        return folder

    @property
    def package(self) -> str:
        """Its package's import name."""
        return self.candidate.entry_point.module.rpartition(".")[0] or self.candidate.entry_point.module

    @property
    def plugin(self) -> Plugin:
        """The value that its entry point names."""
        return import_plugin(self.candidate)

    @property
    def hooks(self) -> PluginHooks:
        """Its hooks, checked against the specifications."""
        return PluginHooks(self.id, self.plugin.hooks)

    @property
    def surroundings(self) -> list[str]:
        """Every other plugin that has to be there, found through manifests."""
        known, ids, waiting = discover(), [], [*self.manifest.requires, *self.beside]
        while waiting:
            id_ = waiting.pop()
            if id_ not in ids:
                ids.append(id_)
                manifests = [each.manifest for each in known.get(id_, ()) if each.manifest is not None]
                waiting += [need for manifest in manifests for need in manifest.requires]
        return sorted(ids)


def before_start(subject: Subject) -> list[str]:
    """Return what keeps the plugin from starting and is reported by a check of its own."""
    faults = manifest_faults(subject) or load_faults(subject) or hook_faults(subject)
    return faults or settings_faults(subject.plugin.settings, subject.settings)


def manifest_faults(subject: Subject) -> list[str]:
    """Return what is wrong with the manifest."""
    candidate = subject.candidate
    if candidate.manifest is None:
        return [f"{candidate.problem} {candidate.remedy}".strip()]
    if not candidate.manifest.fits(HOST_API):
        return [f"host = {candidate.manifest.host!r} does not admit this host's API {HOST_API}"]
    return []


def load_faults(subject: Subject) -> list[str]:
    """Return why the entry point can't be loaded."""
    try:
        subject.plugin  # noqa: B018 -- the property imports
    except PluginError as error:
        return [str(error)]
    return []


def hook_faults(subject: Subject) -> list[str]:
    """Return what is wrong with the hooks' names and parameters."""
    try:
        subject.hooks  # noqa: B018 -- the property checks
    except PluginError as error:
        return [str(error)]
    return []
