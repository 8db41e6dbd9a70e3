"""One report of every plugin's fate: feeds the command line, the admin page and the health endpoints."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from host.kernel.exposure import Exposure
from host.one_line import one_line

State = Literal["planned", "active", "off", "failed", "missing"]
Stage = Literal[
    "discover",
    "plan",
    "load",
    "settings",
    "checks",
    "assemble",
    "freeze",
    "schema",
    "start",
    "requires",
    "run",
    "ready",
    "stop",
]


@dataclass(frozen=True, kw_only=True)
class PluginStatus:
    """One plugin: where it stands, how it got there, and why.

    Args:
        reason: one clear line when it isn't active; also the last fault of one that is.
        requires: plugins it needs; `required_by` those that need it.
        provides: ``capability=name`` it was chosen for.
        start_ms: milliseconds from load to started, its own share.
    """

    id: str
    state: State
    stage: Stage
    reason: str = ""
    remedy: str = ""
    version: str = ""
    distribution: str = ""
    package: str = ""
    requires: tuple[str, ...] = ()
    required_by: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    start_ms: float = 0.0
    origin: str = "default"
    enabled: bool = False
    exposure: Exposure = field(default_factory=Exposure)

    @property
    def line(self) -> str:
        """The status in one line, as every command prints it."""
        parts = [self.id, self.state, self.stage, self.reason, self.remedy and f"→ {self.remedy}"]
        return "  ".join(part for part in parts if part)


class Report:
    """The statuses by plugin id, safe to read while a failure is being noted."""

    def __init__(self, rows: Iterable[PluginStatus], notes: Iterable[str] = ()) -> None:
        self._rows = {row.id: _clear(row) for row in rows}
        self._lock = threading.Lock()
        self.notes: tuple[str, ...] = tuple(notes)
        """Lines about the whole: pins and choices that name nothing."""

    @property
    def rows(self) -> list[PluginStatus]:
        """Every plugin, by id."""
        with self._lock:
            return [self._rows[id_] for id_ in sorted(self._rows)]

    def row(self, plugin: str) -> PluginStatus | None:
        """Return one plugin's status."""
        return self._rows.get(plugin)

    def failed(self) -> list[PluginStatus]:
        """Return those that should run and don't."""
        return [row for row in self.rows if row.state in ("failed", "missing")]

    def update(self, plugin: str, **changes: object) -> None:
        """Note what became of `plugin`."""
        with self._lock:
            self._rows[plugin] = _clear(replace(self._rows[plugin], **changes))  # type: ignore[arg-type]

    def fail(self, plugin: str, stage: Stage, reason: str, remedy: str = "") -> None:
        """Note that `plugin` went out at `stage`."""
        self.update(plugin, state="failed", stage=stage, reason=reason, remedy=remedy)

    def required_by(self) -> Mapping[str, tuple[str, ...]]:
        """Return plugin → those that require it."""
        back: dict[str, list[str]] = {id_: [] for id_ in self._rows}
        for row in self.rows:
            for need in row.requires:
                back.setdefault(need, []).append(row.id)
        return {id_: tuple(sorted(users)) for id_, users in back.items()}


def _clear(row: PluginStatus) -> PluginStatus:
    """Reasons come from plugins: whatever they hold, a status stays one line."""
    return replace(row, reason=one_line(row.reason), remedy=one_line(row.remedy))
