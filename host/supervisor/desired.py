"""What should run: settings, plugin graph, Streamlit's options. Exposure is no part of it, as it needs no restart."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from host.config import AppConfig, compare, load_config
from host.kernel.boot import Ground, lay_ground
from host.kernel.plan import Plan, make_plan
from host.kernel.preview import compare as compare_plans
from host.kernel.toggles import GRAPH_TOPIC
from host.resources import packaged

STREAMLIT_OPTIONS: Final = "streamlit.toml"


@dataclass(frozen=True, slots=True)
class State:
    """What a web process that starts now would run.

    Args:
        options: digest of Streamlit's options file.
    """

    config: AppConfig
    plan: Plan
    options: str


def differences(running: State, wanted: State) -> list[str]:
    """Return in lines what needs a new process; nothing where the running one will do."""
    settings = compare(running.config, wanted.config)
    plans = compare_plans(running.plan, wanted.plan)
    lines = [f"{each.name}: {each.before} → {each.after}" for each in settings.changes] if settings.restart else []
    if plans.restart:
        lines += plans.lines or ("settings or version of a plugin",)
    if running.options != wanted.options:
        lines.append(f"config/{STREAMLIT_OPTIONS}")
    return lines


class Desired:
    """Reads what should run and hears of toggles; imports no plugin.

    Args:
        settings: the command line's values by dotted name.
        on_toggle: called in a thread of the change feed when an operator switched a plugin.
    """

    def __init__(self, settings: Mapping[str, Any], on_toggle: Callable[[], None]) -> None:
        self._settings = settings
        self._on_toggle = on_toggle
        self._ground: Ground | None = None

    def look(self) -> State:
        """Read everything now.

        Raises:
            HostError: settings or `plugins.toml` have faults; what was read before stays in force.
        """
        config = load_config(cli=self._settings)
        ground = lay_ground(config)
        try:
            plan = make_plan(ground.question())
        except BaseException:
            ground.host.database().dispose()
            raise
        self.close()
        self._ground = ground
        changes = ground.host.changes()
        changes.subscribe(GRAPH_TOPIC, lambda _: self._on_toggle())
        changes.start()
        return State(config, plan, _digest(config))

    def close(self) -> None:
        """Stop listening and let the database go."""
        if self._ground is not None:
            self._ground.host.changes().stop()
            self._ground.host.database().dispose()
            self._ground = None


def code_folders(state: State) -> list[Path]:
    """Return the folders that hold the host's and the plugins' code."""
    modules = {candidate.module.partition(".")[0] for candidate in state.plan.order}
    return sorted({folder for module in {"host", *modules} for folder in _folders(module)})


def _folders(module: str) -> Iterator[Path]:
    spec = find_spec(module)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(location)


def _digest(config: AppConfig) -> str:
    own = config.root / "config" / STREAMLIT_OPTIONS
    path = own if own.is_file() else packaged("config") / STREAMLIT_OPTIONS
    return hashlib.sha256(path.read_bytes()).hexdigest()
