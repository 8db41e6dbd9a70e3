"""Boots a process: ground, plan, stages, ready. The only place that imports the composition root."""

import threading
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Final

from containers import Host
from host.config import AppConfig, load_config
from host.contributions import LONG_RUNNING, Role
from host.files.cleaning import remove_expired
from host.kernel.admittance import StartRefusedError, closed_because, refuse_if_told
from host.kernel.application import Application
from host.kernel.features import read_pins
from host.kernel.flags.service import Flags
from host.kernel.flags.store import FlagStore
from host.kernel.ground import Ground, environment, plugins_file
from host.kernel.host_contributions import HOST, host_contributions
from host.kernel.live import LiveChoices
from host.kernel.local import LocalAuthenticator
from host.kernel.marker import Quarantine, StartMarker
from host.kernel.plan import Question, make_plan
from host.kernel.planned import planned_report
from host.kernel.registry import Registry
from host.kernel.report_file import ReportFile
from host.kernel.schema import SchemaStage
from host.kernel.slots import Slots
from host.kernel.starter import Starter
from host.kernel.toggles import EXPOSURE_TOPIC, ToggleStore
from host.logs import configure_logging
from host.logs.levels import follow

__all__ = ["Application", "Ground", "StartRefusedError", "boot", "init_app", "lay_ground", "prepared"]

WATCH_EVERY_S: Final = 5.0
"""Seconds between two looks at leaked connections and the write-ahead log."""
EXPIRE_EVERY_S: Final = 1800.0
"""Seconds between two looks for files made for somebody that have expired."""
_application: Application | None = None
_once = threading.Lock()


def lay_ground(
    config: AppConfig | None = None, *, root: Path | None = None, prepare: bool = True, quiet: bool = False
) -> Ground:
    """Read the settings and open the host's services; imports no plugin.

    Args:
        config: settings, if they are loaded already.
        root: the project folder, by default the current one.
        prepare: bring the host's own tables to head; without it a database that is away or behind hinders nothing.
        quiet: write only warnings and errors to the console.

    Raises:
        ConfigError: the settings have faults; all are named.
        SchemaError: the host's own tables are behind and this environment only checks.
    """
    config = config or load_config(root)
    pins = read_pins(environment(config.root))
    configure_logging(config.logs, config.env, enabled=pins.on("logging"), quiet=quiet)
    host = Host(config=config, pooling=pins.on("database_pooling"))
    host.security_events().listen(host.event_writer().take)
    schema = SchemaStage(host.database(), config, pins.on("migrations"))
    if prepare:
        schema.host()
    live = LiveChoices(plugins_file(config.root), ToggleStore(host.database(), config.data_dir), pins)
    return Ground(config, pins, host, live, Quarantine(config.data_dir), schema)


def boot(role: Role, config: AppConfig | None = None, *, root: Path | None = None) -> Application:
    """Start the app for one process.

    Args:
        role: what the process is; plugins' lifespans run in the roles they name.

    Raises:
        ConfigError: the settings or `plugins.toml` have faults; all are named.
        KeyringError: the key file is missing or cannot be used.
        StartRefusedError: `strict` or `on_failure = "abort"` refuses a start with failed plugins.
    """
    ground = lay_ground(config, root=root, quiet=role == "command")
    if role in LONG_RUNNING:
        # Without its keys the app could neither read what is encrypted nor record what it writes.
        ground.host.keyring().keys()
    question = ground.question()
    starter = _starter(ground, question, role)
    try:
        with starter.marker.starting():
            starter.prepare()
            # Plugins may ask for flags as soon as their services are built.
            starter.flags.load()
            starter.stage("schema", lambda active: ground.schema.plugin(active, starter.registry.of(active.id)))
            starter.start()
        return _opened(ground, question, starter)
    except BaseException:
        # Refused, or interrupted by hand: what has started stops in order all the same.
        starter.stops.close()
        raise


def prepared(ground: Ground) -> Starter:
    """Load and check every planned plugin for one command; nothing of it is built or started."""
    starter = _starter(ground, ground.question(), "command")
    with starter.marker.starting():
        starter.prepare()
    return starter


def init_app(role: Role = "web", config: AppConfig | None = None) -> Application:
    """Return this process's app, booting it at the first call; every later call returns the same."""
    global _application  # noqa: PLW0603 -- one app per process is the point
    with _once:
        if _application is None:
            _application = boot(role, config)
        return _application


def _starter(ground: Ground, question: Question, role: Role) -> Starter:
    plan = make_plan(question)
    report = planned_report(plan, question)
    registry = Registry()
    registry.add(HOST, version("holdfast"), host_contributions())
    stops = ExitStack()
    stops.callback(ground.host.database().dispose)
    stops.callback(ground.host.event_writer().close)
    flags = _flags(ground, registry)
    stops.callback(flags.close)
    given = {"report": lambda: report, "toggles": ground.toggles, "registry": lambda: registry, "flags": lambda: flags}
    slots = Slots(ground.host, given)
    marker = StartMarker(ground.config.data_dir)
    return Starter(plan, question.choices, role, report, registry, slots, marker, stops, flags)


def _flags(ground: Ground, registry: Registry) -> Flags:
    return Flags(
        lambda: registry.owned("flags"),
        lambda: ground.live.file().flags,
        environment(ground.config.root),
        FlagStore(ground.host.database(), ground.config.data_dir),
        ground.host.changes(),
        provider=ground.config.flags.provider,
    )


def _opened(ground: Ground, question: Question, starter: Starter) -> Application:
    closed = closed_because(ground.config, question, starter)
    application = Application(ground, starter, closed, ground.host.auth() or LocalAuthenticator())
    refuse_if_told(starter, question.choices)
    # Those of plugins that failed since are gone.
    starter.flags.settle()
    if starter.role in ("web", "worker"):
        _listen(ground, application)
    _watch(ground, application)
    if starter.role == "web":
        server = ground.config.server
        ReportFile(ground.config.data_dir).write(starter.report, starter.plan.hash, closed, (server.host, server.port))
    application.ready = True
    return application


def _listen(ground: Ground, application: Application) -> None:
    changes = ground.host.changes()
    changes.subscribe(EXPOSURE_TOPIC, ground.live.refresh)
    follow(changes)
    changes.every(WATCH_EVERY_S, ground.host.leak_watch().look)
    changes.every(WATCH_EVERY_S, ground.host.wal_watch().look)
    changes.every(EXPIRE_EVERY_S, lambda: remove_expired(ground.host.database(), ground.host.blobs()))
    changes.start()
    application.feature_flags.follow()
    application.stops.callback(changes.stop)
    for keeper in (ground.host.audit_sealer(), ground.host.detector()):
        keeper.start()
        application.stops.callback(keeper.stop)
    ground.host.event_writer().start()


def _watch(ground: Ground, application: Application) -> None:
    """Write down what the database does; a command only tells in the end what it did wrong."""
    monitor = ground.host.monitor()
    if application.role == "command":
        application.stops.callback(monitor.tell)
        return
    monitor.start()
    application.stops.callback(monitor.stop)
