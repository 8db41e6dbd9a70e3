"""Builds one plugin's container and fills its slots by name; rejects what the host doesn't have."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from dependency_injector import containers, providers

from host.contributions import Plugin
from host.errors import PluginError
from host.kernel.graph import refuse_cycles
from host.kernel.services import PluginServices

SlotTable = Mapping[str, Callable[[], Any]]
"""Slot name → how to get its value when a service is built."""


def assemble(plugin: Plugin, slots: SlotTable) -> containers.Container | None:
    """Make the plugin's container with every slot filled; builds no service yet.

    Raises:
        PluginError: `services` is no container class, or it declares a slot that nobody fills.
    """
    if plugin.services is None:
        return None
    if not (isinstance(plugin.services, type) and issubclass(plugin.services, containers.DeclarativeContainer)):
        raise PluginError(f"services must be a DeclarativeContainer class, not {plugin.services!r}")
    box: containers.Container = plugin.services()
    for name, provider in box.providers.items():
        if isinstance(provider, providers.Dependency):
            _fill(name, provider, slots)
    refuse_cycles(box)
    return box


def _fill(name: str, slot: Any, slots: SlotTable) -> None:
    if slot.overridden:
        return
    if name not in slots:
        near = difflib.get_close_matches(name, slots, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(sorted(slots))}."
        raise PluginError(f"unknown slot {name!r} in its services", remedy=hint)
    slot.override(providers.Callable(slots[name]))


def provided(services: PluginServices, capability: str, name: str) -> Any:
    """Return the plugin's provider of `capability` under its chosen `name`.

    Raises:
        PluginError: the manifest promises it, but there is neither ``<capability>_<name>`` nor ``<capability>``.
    """
    for attribute in (f"{capability}_{name}", capability):
        if attribute in services:
            return getattr(services, attribute)
    raise PluginError(f"promises {capability} = {name!r}, but its services have no {capability!r}")
