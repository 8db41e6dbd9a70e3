"""The host's own health checks, beside the plugins' ones, with who depends on whom."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from host.contributions import Health, HealthCheck
from host.kernel.ground import Ground
from host.kernel.registry import Owned
from host.kernel.report import Report

ESSENTIAL: Final = frozenset({"database", "filesystem", "schema"})
HOST_COMPONENTS: Final = ESSENTIAL | {"events", "plugins"}


@dataclass(frozen=True)
class HostHealth:
    """The checks of the host's own parts."""

    ground: Ground
    report: Report

    def checks(self) -> Iterator[HealthCheck]:
        """Yield one check for each part."""
        yield HealthCheck(name="database", check=self._host.database().check, timeout_s=3.0)
        yield HealthCheck(name="filesystem", check=self._filesystem)
        yield HealthCheck(name="plugins", check=self._plugins)
        yield HealthCheck(name="events", check=self._events)
        yield HealthCheck(name="schema", check=self.ground.schema.health, timeout_s=5.0, depends_on=("database",))

    @property
    def _host(self) -> Any:
        return self.ground.host

    def _filesystem(self) -> Health:
        folder = self.ground.config.data_dir
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"ok")
        probe.unlink()
        return Health("ok", str(folder))

    def _plugins(self) -> Health:
        failed = self.report.failed()
        if not failed:
            return Health("ok", f"{sum(row.state == 'active' for row in self.report.rows)} active")
        return Health("degraded", "; ".join(row.line for row in failed))

    def _events(self) -> Health:
        paused = self._host.events().paused()
        if not paused:
            return Health("ok")
        return Health(
            "degraded", "; ".join(f"handler of {each.plugin} is paused: {each.last_error}" for each in paused)
        )


def plugin_check(owned: Owned[HealthCheck]) -> HealthCheck:
    """Return a plugin's check under its full name, ``<plugin>.<name>``, and so the checks it depends on."""
    needs = tuple(_full(owned.plugin, need) for need in owned.value.depends_on)
    return replace(owned.value, name=f"{owned.plugin}.{owned.value.name}", depends_on=needs)


def _full(plugin: str, need: str) -> str:
    return need if "." in need or need in HOST_COMPONENTS else f"{plugin}.{need}"
