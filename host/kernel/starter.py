"""Takes every planned plugin through the stages; what fails goes out with what requires it, the rest runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

from host.contributions import Role
from host.errors import HostError, PluginError
from host.kernel.active import ActivePlugin
from host.kernel.assemble import assemble
from host.kernel.choices import Choices
from host.kernel.flags.declaration import check_flags
from host.kernel.flags.service import Flags
from host.kernel.freeze import check, collect, collect_from_services
from host.kernel.hooks import PluginHooks
from host.kernel.load import StoredSettings, import_plugin, validate_settings
from host.kernel.marker import StartMarker
from host.kernel.naming import refuse_foreign
from host.kernel.order import hard_edges
from host.kernel.plan import Plan
from host.kernel.registry import Registry
from host.kernel.report import Report, Stage
from host.kernel.services import PluginServices
from host.kernel.slots import Slots
from host.logs import get_logger, report_error
from host.one_line import describe

_log = get_logger(__name__)


@dataclass
class Starter:
    """The stages from load to start, one plugin at a time, in plan order.

    Args:
        stops: collects what must be undone at the end, in reverse.
    """

    plan: Plan
    choices: Choices
    role: Role
    report: Report
    registry: Registry
    slots: Slots
    marker: StartMarker
    stops: ExitStack
    flags: Flags
    alive: dict[str, ActivePlugin] = field(default_factory=dict)

    def prepare(self) -> None:
        """Load, settings, assemble, freeze: nothing is built and no database is asked."""
        for candidate in self.plan.order:
            assert candidate.manifest is not None
            self.alive[candidate.id] = ActivePlugin(candidate, candidate.manifest)
        self.stage("load", self._load)
        self.stage("settings", self._settings)
        self.stage("checks", self._checks)
        self.stage("assemble", self._assemble)
        self.stage("freeze", self._freeze)

    def start(self) -> None:
        """Build services and start plugins."""
        self.stage("start", self._start)
        for active in self.alive.values():
            self.report.update(active.id, state="active", stage="ready", start_ms=round(active.ms, 1))

    def stage(self, stage: Stage, action: Callable[[ActivePlugin], None]) -> None:
        """Run one stage for every plugin that is still in."""
        for active in list(self.alive.values()):
            if active.id in self.alive:
                with self._guarded(active, stage):
                    action(active)

    @contextmanager
    def _guarded(self, active: ActivePlugin, stage: Stage) -> Iterator[None]:
        self.marker.enter(active.id, stage)
        began = time.perf_counter()
        try:
            yield
        except HostError as error:
            self.fail(active.id, stage, error.message or describe(error), error.remedy)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            report_error(_log, error, plugin=active.id, stage=stage)
            self.fail(active.id, stage, describe(error))
        finally:
            active.ms += (time.perf_counter() - began) * 1000

    def fail(self, id_: str, stage: Stage, reason: str, remedy: str = "") -> None:
        """Take a plugin out, and everything that can't be without it."""
        dependents = self._dependents(id_)
        self.alive.pop(id_, None)
        self.registry.remove(id_)
        self.slots.release(id_)
        self.report.fail(id_, stage, reason, remedy)
        _log.warning("plugin failed", plugin=id_, stage=stage, reason=reason)
        for dependent in dependents:
            if dependent in self.alive:
                self.fail(dependent, "requires", f"requires {id_} (failed)")

    def _dependents(self, id_: str) -> list[str]:
        return [each.id for each in self.alive.values() if id_ in hard_edges(each.candidate, self.plan.providers)]

    def _load(self, active: ActivePlugin) -> None:
        active.plugin = import_plugin(active.candidate)
        active.hooks = PluginHooks(active.id, active.plugin.hooks)

    def _settings(self, active: ActivePlugin) -> None:
        stored = StoredSettings(self.choices.table(active.id), active.manifest.settings)
        active.settings = validate_settings(active.plugin.settings, stored.lifted(active.hooks.settings_migrations()))

    def _checks(self, active: ActivePlugin) -> None:
        found = active.hooks.checks(active.settings)
        errors = [each for each in found if each.severity == "error"]
        reason = "; ".join(f"{each.code}: {each.message}" for each in errors or found)
        remedy = " ".join(each.remedy for each in errors or found if each.remedy)
        if errors:
            raise PluginError(reason, remedy=remedy)
        self.report.update(active.id, reason=reason, remedy=remedy)

    def _assemble(self, active: ActivePlugin) -> None:
        active.services = PluginServices(assemble(active.plugin, self.slots.table(active, self.alive)))

    def _freeze(self, active: ActivePlugin) -> None:
        found = collect(active.hooks, active.settings)
        refuse_foreign(active.id, {each.id for each in self.plan.order}, found)
        check_flags(active.id, found.flags)
        check(found, active.services, active.manifest, self.registry.permission_names())
        self.registry.add(active.id, active.version, found)

    def _start(self, active: ActivePlugin) -> None:
        active.services.build()
        self.slots.claim(active, self.plan.providers)
        collect_from_services(active.hooks, active.services, self.registry.of(active.id), self.registry)
        self.slots.subscribe(active)
        if self.role in active.plugin.lifespan_roles:
            self._enter_lifespan(active)

    def _enter_lifespan(self, active: ActivePlugin) -> None:
        generator = active.hooks.lifespan(active.services)
        if generator is None:
            return
        life: AbstractContextManager[None] = contextmanager(lambda: generator)()
        life.__enter__()
        self.stops.callback(self._stop, active, life)

    def _stop(self, active: ActivePlugin, life: AbstractContextManager[None]) -> None:
        """Stop one plugin; its failure is noted and doesn't keep the others from stopping."""
        try:
            life.__exit__(None, None, None)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            report_error(_log, error, plugin=active.id, stage="stop")
            self.report.fail(active.id, "stop", describe(error))
