"""The table from which a plugin's slots are filled by name: the host's services, scoped where they belong to one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from dependency_injector import providers

from host.errors import PluginError
from host.kernel.active import ActivePlugin
from host.kernel.assemble import SlotTable, provided
from host.kernel.capabilities import CAPABILITIES
from host.kernel.providers import Providers
from host.logs import get_logger

SHARED: Final = (
    "config", "database", "events", "changes", "processes", "audit_trail", "revealer", "security_events",
    "acknowledgements",
    "start_notices", "files",
)  # fmt: skip
"""Services of the host that every plugin gets as they are."""


class Slots:
    """Fills slots and lets plugins claim capabilities.

    Args:
        host: the host's container instance.
        extra: further values by slot name, given by whoever boots.
    """

    def __init__(self, host: Any, extra: Mapping[str, Callable[[], Any]]) -> None:
        self._host = host
        self._extra = extra
        self._claims: dict[str, str] = {}

    def table(self, active: ActivePlugin, alive: Mapping[str, ActivePlugin]) -> SlotTable:
        """Return what `active` may ask for, by name."""
        table: dict[str, Callable[[], Any]] = {name: getattr(self._host, name) for name in (*SHARED, *CAPABILITIES)}
        table.update(self._extra)
        table["settings"] = lambda: active.settings
        table["log"] = lambda: get_logger(f"plugins.{active.id}").bind(plugin=active.id)
        table["compute"] = lambda: self._host.config().compute
        table["data_dir"] = lambda: self._folder(active.id)
        for need in active.manifest.requires:
            table[need] = partial(_api, alive, need)
        return table

    def claim(self, active: ActivePlugin, chosen: Providers) -> None:
        """Let `active` fill the capabilities it was chosen for.

        Raises:
            PluginError: it has no such provider, or it doesn't keep the contract.
        """
        for capability, (plugin, name) in chosen.chosen.items():
            if plugin == active.id:
                service = provided(active.services, capability, name)
                self._take(capability, active.id, service)

    def release(self, plugin: str) -> None:
        """Give back what `plugin` filled; the absence stands there again."""
        for capability in [each for each, owner in self._claims.items() if owner == plugin]:
            getattr(self._host, capability).reset_override()
            del self._claims[capability]
        self._host.events().unsubscribe(plugin)

    def subscribe(self, active: ActivePlugin) -> None:
        """Connect the plugin's event handlers."""
        for kind, handler in active.hooks.event_handlers(active.services).items():
            self._host.events().subscribe(active.id, kind, handler)

    def _take(self, capability: str, plugin: str, service: Any) -> None:
        if capability in self._claims:
            raise PluginError(f"{capability} is filled by {self._claims[capability]} already")
        contract = CAPABILITIES[capability].contract
        if not isinstance(service, contract):
            raise PluginError(f"its {capability} ({type(service).__name__}) lacks methods of {contract.__name__}")
        getattr(self._host, capability).override(providers.Object(service))
        self._claims[capability] = plugin

    def _folder(self, plugin: str) -> Any:
        folder = self._host.config().data_dir / "plugins" / plugin
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _api(alive: Mapping[str, ActivePlugin], need: str) -> Any:
    required = alive[need]
    if "api" not in required.services:
        raise PluginError(f"plugin {required.id} offers nothing to others: its services have no 'api'")
    return required.services.api
