"""Runs health checks, each in its own thread with a time limit, and names the root cause of a cascade."""

import threading
import time
from collections.abc import Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Any, Final

from host.contributions import Health, HealthCheck, HealthStatus
from host.kernel.shape import shaped
from host.one_line import describe, one_line

LONGEST_TIMEOUT_S: Final = 10.0
"""Whoever asks for the health waits no longer than this, whatever a check wishes."""
_ORDER: Final[Mapping[HealthStatus, int]] = {"ok": 0, "degraded": 1, "failed": 2}


@dataclass(frozen=True, slots=True)
class Component:
    """One component's health.

    Args:
        cause: the deepest failing component that explains this one's failure, or empty.
        ms: milliseconds the check took.
    """

    name: str
    status: HealthStatus
    detail: str = ""
    cause: str = ""
    ms: float = 0.0


@dataclass(frozen=True)
class HealthReport:
    """The whole: the worst of its components, a plugin's own failure counting as degraded."""

    status: HealthStatus
    components: tuple[Component, ...]


@dataclass
class HealthRunner:
    """Runs checks; one that hangs keeps its thread and is not started again until it ends.

    Args:
        essential: names of components whose failure means that the app can't serve.
    """

    essential: frozenset[str]
    _hanging: dict[str, threading.Thread] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, checks: Iterable[HealthCheck]) -> HealthReport:
        """Run every check side by side and return the report."""
        wanted = {check.name: check for check in checks}
        with self._lock:
            pending = {name: self._begin(check) for name, check in wanted.items()}
            found = {name: self._end(wanted[name], *begun) for name, begun in pending.items()}
        components = tuple(_with_cause(found[name], wanted, found) for name in sorted(found))
        return HealthReport(self._worst(components), components)

    def _begin(self, check: HealthCheck) -> tuple[list[Component], threading.Thread, float]:
        before = self._hanging.get(check.name)
        if before is not None and before.is_alive():
            return [Component(check.name, "failed", "its last check still hangs")], before, 0.0
        answer: list[Component] = []
        thread = threading.Thread(
            target=copy_context().run, args=(_answer, check, answer), name=f"health-{check.name}", daemon=True
        )
        thread.start()
        self._hanging[check.name] = thread
        return answer, thread, time.monotonic() + _patience_s(check)

    def _end(self, check: HealthCheck, answer: list[Component], thread: threading.Thread, until: float) -> Component:
        if not answer:
            thread.join(max(0.0, until - time.monotonic()))
        if answer:
            return answer[0]
        waited_s = _patience_s(check)
        return Component(check.name, "failed", f"no answer within {waited_s:g} s", ms=waited_s * 1000)

    def _worst(self, components: Iterable[Component]) -> HealthStatus:
        worst: HealthStatus = "ok"
        for each in components:
            status: HealthStatus = each.status
            if status == "failed" and each.name not in self.essential:
                status = "degraded"
            worst = max(worst, status, key=_ORDER.__getitem__)
        return worst


def _patience_s(check: HealthCheck) -> float:
    return min(check.timeout_s, LONGEST_TIMEOUT_S)


def _answer(check: HealthCheck, answer: list[Component]) -> None:
    began = time.perf_counter()
    try:
        health = shaped(_asked(check), Health)
        found = Component(check.name, health.status, one_line(health.detail))
    except BaseException as error:
        found = Component(check.name, "failed", describe(error))
    answer.append(replace(found, ms=(time.perf_counter() - began) * 1000))


def _asked(check: HealthCheck) -> Health:
    health: Any = check.check()
    if health is None:
        return Health("ok")
    if not isinstance(health, Health):
        return Health("failed", f"the check returned a {type(health).__name__}, expected Health or None")
    return health


def _with_cause(component: Component, checks: Mapping[str, HealthCheck], found: Mapping[str, Component]) -> Component:
    if component.status == "ok":
        return component
    cause = _deepest(component.name, checks, found, frozenset())
    return component if cause == component.name else replace(component, cause=cause)


def _deepest(name: str, checks: Mapping[str, HealthCheck], found: Mapping[str, Component], seen: frozenset[str]) -> str:
    for need in checks[name].depends_on:
        if need in found and need not in seen and found[need].status != "ok":
            return _deepest(need, checks, found, seen | {name})
    return name
