"""Boots a process: settings, logs, database, plan, stages, ready. The only place that imports the composition root."""

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from containers import Host
from host.config import AppConfig, load_config
from host.contracts.auth import Authenticator
from host.contributions import Role
from host.errors import HostError
from host.hookspecs import HOST_API
from host.kernel.application import Application
from host.kernel.choices import FILE_NAME, Choices
from host.kernel.discovery import discover
from host.kernel.features import Pins, read_pins
from host.kernel.live import LiveChoices
from host.kernel.local import LocalAuthenticator, is_loopback
from host.kernel.marker import Quarantine, StartMarker
from host.kernel.plan import Plan, Question, make_plan
from host.kernel.planned import planned_report
from host.kernel.registry import Registry
from host.kernel.report import Report
from host.kernel.report_file import ReportFile
from host.kernel.schema import SchemaStage
from host.kernel.slots import Slots
from host.kernel.starter import Starter
from host.kernel.toggles import EXPOSURE_TOPIC, Toggles, ToggleStore
from host.logs import configure_logging, get_logger
from host.logs.levels import follow
from host.resources import packaged

SAFE_MODE: Final = "HOST_SAFE_MODE"
_log = get_logger(__name__)
_application: Application | None = None
_once = threading.Lock()


class StartRefusedError(HostError):
    """The start was aborted by `strict` or by a plugin's `on_failure`; the message lists every reason."""


@dataclass
class Ground:
    """What stands before any plugin is thought of: settings, database, choices. Recovery commands need no more."""

    config: AppConfig
    pins: Pins
    host: Any
    live: LiveChoices
    quarantine: Quarantine
    schema: SchemaStage

    def question(self) -> Question:
        """Return what a plan depends on, as of now."""
        candidates = discover()
        versions = {id_: found[0].version for id_, found in candidates.items() if found}
        self.quarantine.collect(versions)
        safe = os.environ.get(SAFE_MODE, "") not in ("", "0")
        return Question(candidates, self.live.load(), HOST_API, self.quarantine.reasons(versions), safe)

    def toggles(self) -> Toggles:
        """Return the operators' switches."""
        return Toggles(self.live.store, self.host.changes(), self.quarantine, self.question)


def lay_ground(
    config: AppConfig | None = None, *, root: Path | None = None, prepare: bool = True, quiet: bool = False
) -> Ground:
    """Read the settings and open the host's services; imports no plugin.

    Args:
        config: settings, if they are loaded already.
        root: the project folder, by default the current one.
        prepare: bring the host's own tables to head; without it a database that is away or behind hinders nothing.
        quiet: write only warnings and errors to the console.
    """
    config = config or load_config(root)
    pins = read_pins(_environment(config.root))
    configure_logging(config.logs, config.env, enabled=pins.on("logging"), quiet=quiet)
    host = Host(config=config, pooling=pins.on("database_pooling"))
    schema = SchemaStage(host.database(), config, pins.on("migrations"))
    if prepare:
        schema.host()
    store = ToggleStore(host.database(), config.data_dir)
    live = LiveChoices(plugins_file(config.root), store, pins)
    return Ground(config, pins, host, live, Quarantine(config.data_dir), schema)


def boot(role: Role, config: AppConfig | None = None, *, root: Path | None = None) -> Application:
    """Start the app for one process.

    Args:
        role: what the process is; plugins' lifespans run in the roles they name.

    Raises:
        ConfigError: the settings or `plugins.toml` have faults; all are named.
        StartRefusedError: `strict` or `on_failure = "abort"` refuses a start with failed plugins.
    """
    ground = lay_ground(config, root=root, quiet=role == "command")
    question = ground.question()
    plan = make_plan(question)
    report = planned_report(plan, question)
    stops = ExitStack()
    marker = StartMarker(ground.config.data_dir)
    registry = Registry()
    host = ground.host
    slots = Slots(host, {"report": lambda: report, "toggles": ground.toggles})
    starter = Starter(plan, question.choices, role, report, registry, slots, marker, stops)
    stops.callback(host.database().dispose)
    with marker.starting():
        starter.prepare()
        starter.stage("schema", lambda active: ground.schema.plugin(active, registry.of(active.id)))
        starter.start()
    return _finish(ground, plan, question, starter)


def _finish(ground: Ground, plan: Plan, question: Question, starter: Starter) -> Application:
    closed = _closed(ground.config, plan, question, starter)
    auth: Authenticator = ground.host.auth() or LocalAuthenticator()
    application = Application(
        ground.config, starter.role, ground.host, plan, starter.report, starter.registry, starter.alive,
        ground.live, ground.pins, closed, auth, starter.stops,
    )  # fmt: skip
    try:
        _refuse(starter, question.choices)
    except StartRefusedError:
        application.close()
        raise
    if starter.role in ("web", "worker"):
        _listen(ground, application)
    if starter.role == "web":
        ReportFile(ground.config.data_dir).write(starter.report, plan.hash, closed)
    application.ready = True
    return application


def _listen(ground: Ground, application: Application) -> None:
    changes = ground.host.changes()
    changes.subscribe(EXPOSURE_TOPIC, ground.live.refresh)
    follow(changes)
    changes.start()
    application.stops.callback(changes.stop)


def init_app(role: Role = "web", config: AppConfig | None = None) -> Application:
    """Return this process's app, booting it at the first call; every later call returns the same.

    Args:
        config: settings for the first call, if they are loaded already.
    """
    global _application  # noqa: PLW0603 -- one app per process is the point
    with _once:
        if _application is None:
            _application = boot(role, config)
        return _application


def plugins_file(root: Path) -> Path:
    """Return the `plugins.toml` in force: the project's own, or the one that was shipped."""
    own = root / FILE_NAME
    return own if own.is_file() else packaged(FILE_NAME)


def _environment(root: Path) -> dict[str, str]:
    stored = {key: value for key, value in dotenv_values(root / ".env").items() if value is not None}
    return {**stored, **os.environ}


def _closed(config: AppConfig, plan: Plan, question: Question, starter: Starter) -> str | None:
    """Return why the app must stay closed: it never opens because the plugin that guards it is out."""
    if "auth" in plan.providers.chosen:
        provider = plan.providers.chosen["auth"][0]
        return None if provider in starter.alive else f"auth: {_reason(starter.report, provider)}"
    if "auth" in plan.providers.unfilled:
        return f"auth: {plan.providers.unfilled['auth']}"
    broken = next((row for row in starter.report.failed() if row.id in question.offering("auth")), None)
    if broken is not None:
        return f"auth: {broken.line}"
    if config.env == "dev" and is_loopback(config.server.host):
        return None
    return "auth: no active plugin provides it, and only a dev app on a loopback address may be open without"


def _reason(report: Report, plugin: str) -> str:
    row = report.row(plugin)
    return row.line if row else plugin


def _refuse(starter: Starter, choices: Choices) -> None:
    wanted = [row for row in starter.report.failed() if choices.enabled(row.id)[0]]
    fatal = [row for row in wanted if choices.file.strict or choices.table(row.id).on_failure == "abort"]
    if fatal:
        lines = "\n".join(f"  {row.line}" for row in (wanted if choices.file.strict else fatal))
        raise StartRefusedError(f"the start is refused:\n{lines}", remedy="Mend or disable them, then start again.")
