"""The host's own health checks, beside the plugins' ones, with who depends on whom."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from host.contributions import Health, HealthCheck
from host.data.engines import facts
from host.data.monitor.alerts import alerts
from host.kernel.audit_health import audit_health
from host.kernel.flags.health import flags_health
from host.kernel.flags.service import Flags
from host.kernel.ground import Ground
from host.kernel.registry import Owned
from host.kernel.report import Report
from host.kernel.security_health import security_health

ESSENTIAL: Final = frozenset({"database", "filesystem", "schema"})
HOST_COMPONENTS: Final = ESSENTIAL | {"audit", "database_load", "events", "flags", "plugins", "pool", "security"}


@dataclass(frozen=True)
class HostHealth:
    """The checks of the host's own parts."""

    ground: Ground
    report: Report
    flags: Flags

    def checks(self) -> Iterator[HealthCheck]:
        """Yield one check for each part."""
        yield HealthCheck(name="database", check=self._database, timeout_s=3.0)
        yield HealthCheck(name="pool", check=self._pool)
        yield HealthCheck(name="database_load", check=self._load, timeout_s=5.0, depends_on=("database",))
        yield HealthCheck(name="filesystem", check=self._filesystem)
        yield HealthCheck(name="plugins", check=self._plugins)
        yield HealthCheck(name="events", check=self._events)
        yield HealthCheck(name="flags", check=lambda: flags_health(self.flags))
        yield HealthCheck(name="audit", check=self._audit, timeout_s=5.0, depends_on=("database", "schema"))
        yield HealthCheck(name="security", check=self._security, depends_on=("database", "schema"))
        yield HealthCheck(name="schema", check=self.ground.schema.health, timeout_s=5.0, depends_on=("database",))

    @property
    def _host(self) -> Any:
        return self.ground.host

    def _database(self) -> Health:
        database = self._host.database()
        faults = [*facts.faults(database), *self._wal_faults()]
        return Health("degraded" if faults else "ok", "; ".join([facts.server(database), *faults]))

    def _wal_faults(self) -> Iterator[str]:
        watch = self._host.wal_watch()
        if watch.obstacle:
            yield f"write-ahead log of {watch.size_bytes} bytes can't be emptied because of {watch.obstacle}"

    def _pool(self) -> Health:
        figures = self._host.database().engines.figures()
        pools = [facts.pool_line(each) for each in figures]
        leaks = [f"held too long: {holder}" for holder in self._host.leak_watch().held()]
        bad = leaks or [each for each in figures if each.waiting]
        return Health("degraded" if bad else "ok", "; ".join([*pools, *leaks]))

    def _load(self) -> Health:
        found = alerts(self._host.database(), self.ground.config.database)
        return Health("degraded" if found else "ok", "; ".join(found))

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

    def _audit(self) -> Health:
        return audit_health(self._host.audit_trail(), self._host.processes())

    def _security(self) -> Health:
        return security_health(self._host.security_reader(), self._host.event_writer())

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
