"""The ground under every start: settings, the host's services, the choices. Recovery commands need no more."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from host.config import AppConfig
from host.hookspecs import HOST_API
from host.kernel.choices import FILE_NAME
from host.kernel.discovery import discover
from host.kernel.features import Pins
from host.kernel.live import LiveChoices
from host.kernel.marker import Quarantine
from host.kernel.plan import Question
from host.kernel.schema import SchemaStage
from host.kernel.toggles import Toggles
from host.resources import packaged

SAFE_MODE: Final = "HOST_SAFE_MODE"


@dataclass
class Ground:
    """What stands before any plugin is thought of.

    Args:
        host: the container of the host's services.
    """

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
        return Question(candidates, self.live.load(), HOST_API, self.quarantine.reasons(versions), safe_mode())

    def toggles(self) -> Toggles:
        """Return the operators' switches."""
        return Toggles(self.live.store, self.host.changes(), self.quarantine, self.question)


def safe_mode() -> bool:
    """Tell whether only essential plugins may start."""
    return os.environ.get(SAFE_MODE, "") not in ("", "0")


def plugins_file(root: Path) -> Path:
    """Return the `plugins.toml` in force: the project's own, or the one that was shipped."""
    own = root / FILE_NAME
    return own if own.is_file() else packaged(FILE_NAME)


def environment(root: Path) -> dict[str, str]:
    """Return the variables of the process above those in the project's `.env`."""
    stored = {key: value for key, value in dotenv_values(root / ".env").items() if value is not None}
    return {**stored, **os.environ}
