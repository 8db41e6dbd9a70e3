"""Builds one plugin's container and fills its slots by name; rejects what the host doesn't have."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any, Final

from dependency_injector import containers, providers

from host.contributions import Plugin
from host.errors import PluginError
from host.kernel.graph import refuse_cycles
from host.kernel.services import PluginServices

SlotTable = Mapping[str, Callable[[], Any]]
"""Slot name → how to get its value when a service is built."""
_FORBIDDEN: Final[Mapping[type[Any], str]] = {
    providers.Resource: "Start and stop things in the lifespan hook: resources end in no order; one strands the rest.",
    providers.Configuration: "Take the slot 'settings': a mistyped name in a string configuration arrives as None.",
    providers.Coroutine: "Services are built once, by one thread, without an event loop.",
}


def assemble(plugin: Plugin, slots: SlotTable) -> containers.Container | None:
    """Make the plugin's container with every slot filled; builds no service yet.

    Raises:
        PluginError: `services` is no container class, it declares a slot that nobody fills, or a kind of
            provider whose traps the host doesn't take on.
    """
    if plugin.services is None:
        return None
    if not (isinstance(plugin.services, type) and issubclass(plugin.services, containers.DeclarativeContainer)):
        raise PluginError(f"services must be a DeclarativeContainer class, not {plugin.services!r}")
    box: containers.Container = plugin.services()
    for name, provider in box.providers.items():
        _refuse(name, provider)
        if isinstance(provider, providers.Dependency):
            _fill(name, provider, slots)
    refuse_cycles(box)
    return box


def _refuse(name: str, provider: Any) -> None:
    for kind, remedy in _FORBIDDEN.items():
        if isinstance(provider, kind):
            raise PluginError(f"service {name!r} is a {kind.__name__}, which the host doesn't take", remedy=remedy)


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
