"""The own graph check: a cycle between providers would end the process without a word, so it is found before."""

from collections.abc import Iterable, Iterator
from typing import Any

from dependency_injector import containers, providers

from host.errors import PluginError


def refuse_cycles(box: containers.Container) -> None:
    """Walk every provider of `box` and refuse a cycle.

    Raises:
        PluginError: naming the path from provider to provider.
    """
    names = {id(provider): name for name, provider in box.providers.items()}
    done: set[int] = set()
    for provider in box.providers.values():
        path = _cycle(provider, [], done)
        if path:
            raise PluginError(f"provider cycle: {' → '.join(names.get(each, '?') for each in path)}")


def _cycle(provider: Any, path: list[int], done: set[int]) -> list[int]:
    """Return the identities along a cycle that `provider` closes, or nothing."""
    if id(provider) in path:
        return [*path[path.index(id(provider)) :], id(provider)]
    if id(provider) in done:
        return []
    for need in _needs(provider):
        found = _cycle(need, [*path, id(provider)], done)
        if found:
            return found
    done.add(id(provider))
    return []


def _needs(provider: Any) -> Iterator[Any]:
    related: Iterable[Any] = provider.related
    yield from (each for each in (*related, *provider.overridden) if isinstance(each, providers.Provider))
