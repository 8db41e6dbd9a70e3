"""What the doctor examines: as much of settings, choices and plugins as can be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from host.config import AppConfig
from host.contributions import Finding
from host.kernel.discovery import Candidate
from host.kernel.plan import Plan, Question


@dataclass(frozen=True)
class Patient:
    """An installation.

    Args:
        config: the settings; ``None`` when they have faults.
        question: what the plan depends on; ``None`` without settings or a readable `plugins.toml`.
        environment: variables of the process and of ``.env``.
        faults: what kept the rest from being read.
    """

    config: AppConfig | None
    question: Question | None
    plan: Plan | None
    candidates: Mapping[str, Sequence[Candidate]]
    environment: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[Finding] = ()

    @property
    def installed(self) -> list[Candidate]:
        """Every installed plugin, each claim of an id by itself."""
        return [each for found in self.candidates.values() for each in found]

    @property
    def enabled(self) -> list[Candidate]:
        """Installed plugins that are switched on; all of them where the choices can't be read."""
        if self.question is None:
            return self.installed
        return [each for each in self.installed if self.question.choices.enabled(each.id)[0]]


Check = Callable[[Patient], Iterator[Finding]]


def admit() -> Patient:
    """Read everything that can be read; what can't becomes a finding. No plugin is imported."""
    import os

    from dotenv import dotenv_values

    from host.config import load_config
    from host.errors import ConfigError
    from host.kernel.discovery import discover
    from host.kernel.plan import make_plan
    from host.resources import project_root

    candidates = discover()
    try:
        root = project_root()
        stored = {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}
        environment = {**stored, **os.environ}
    except ConfigError as error:
        return Patient(None, None, None, candidates, dict(os.environ), _findings(error))
    try:
        config = load_config(root)
    except ConfigError as error:
        return Patient(None, None, None, candidates, environment, _findings(error))
    try:
        question = _question(config)
        return Patient(config, question, make_plan(question), candidates, environment)
    except ConfigError as error:
        return Patient(config, None, None, candidates, environment, _findings(error))


def _question(config: AppConfig) -> Question:
    from host.kernel.boot import lay_ground

    laid = lay_ground(config, prepare=False, quiet=True)
    try:
        return laid.question()
    finally:
        laid.host.database().dispose()


def _findings(error: Exception) -> list[Finding]:
    from host.errors import ConfigError

    assert isinstance(error, ConfigError)
    remedy = error.remedy or "Correct it; `app config check` names every fault."
    return [Finding(code="doctor.settings", severity="error", message=fault, remedy=remedy) for fault in error.faults]
