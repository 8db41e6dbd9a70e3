"""A plugin's built services: attribute access over its container, in the order in which they were built."""

from typing import Any

from dependency_injector import containers, providers

from host.errors import PluginError
from host.one_line import describe


class PluginServices:
    """Services by name.

    Args:
        box: the plugin's own container instance, or ``None`` for a plugin without services.
    """

    def __init__(self, box: containers.Container | None) -> None:
        self._box = box

    def __contains__(self, name: str) -> bool:
        return self._box is not None and name in self._box.providers

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self:
            raise AttributeError(f"no service {name!r}; there are: {', '.join(self.names()) or 'none'}")
        assert self._box is not None
        return self._box.providers[name]()

    def names(self) -> list[str]:
        """Return every service and slot name."""
        return sorted(self._box.providers) if self._box is not None else []

    def build(self) -> None:
        """Build everything that is not a slot now, by this one thread: no first request pays or fails for it.

        Raises:
            PluginError: naming the service whose constructor raised.
        """
        if self._box is None:
            return
        for name, provider in self._box.providers.items():
            if not isinstance(provider, (providers.Dependency, providers.Factory)):
                self._build(name, provider)

    def _build(self, name: str, provider: Any) -> None:
        try:
            provider()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise PluginError(f"service {name!r} can't be built: {describe(error)}") from error
