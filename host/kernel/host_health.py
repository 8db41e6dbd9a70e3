"""The host's own health checks, beside the plugins' ones, with who depends on whom."""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from host.contributions import Health, HealthCheck

if TYPE_CHECKING:
    from host.kernel.application import Application

ESSENTIAL: Final = frozenset({"database", "filesystem", "schema"})
HOST_COMPONENTS: Final = ESSENTIAL | {"events", "plugins"}


def host_checks(application: "Application") -> Iterator[HealthCheck]:
    """Yield every check: the host's, then the plugins' under ``<plugin>.<name>``."""
    yield HealthCheck(name="database", check=application.host.database().check, timeout_s=3.0)
    yield HealthCheck(name="filesystem", check=lambda: _filesystem(application))
    yield HealthCheck(name="plugins", check=lambda: _plugins(application))
    yield HealthCheck(name="events", check=lambda: _events(application))
    yield HealthCheck(name="schema", check=application.ground.schema.health, timeout_s=5.0, depends_on=("database",))
    for owned in application.health_checks:
        check = owned.value
        needs = tuple(_full(owned.plugin, need) for need in check.depends_on)
        yield replace(check, name=f"{owned.plugin}.{check.name}", depends_on=needs)


def _full(plugin: str, need: str) -> str:
    return need if "." in need or need in HOST_COMPONENTS else f"{plugin}.{need}"


def _filesystem(application: "Application") -> Health:
    folder = application.config.data_dir
    probe = folder / f".probe-{os.getpid()}"
    probe.write_bytes(b"ok")
    probe.unlink()
    return Health("ok", str(folder))


def _plugins(application: "Application") -> Health:
    failed = application.report.failed()
    if not failed:
        return Health("ok", f"{len(application.plugins)} active")
    return Health("degraded", "; ".join(row.line for row in failed))


def _events(application: "Application") -> Health:
    paused = application.host.events().paused()
    if not paused:
        return Health("ok")
    return Health("degraded", "; ".join(f"handler of {each.plugin} is paused: {each.last_error}" for each in paused))
