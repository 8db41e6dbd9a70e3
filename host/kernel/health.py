"""Runs health checks, each in its own thread with a time limit, and names the root cause of a cascade."""

import threading
import time
from collections.abc import Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Final

from host.contributions import Health, HealthCheck, HealthStatus

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

    def _begin(self, check: HealthCheck) -> tuple[list[Component], threading.Thread]:
        before = self._hanging.get(check.name)
        if before is not None and before.is_alive():
            return [Component(check.name, "failed", "its last check still hangs")], before
        answer: list[Component] = []
        thread = threading.Thread(
            target=copy_context().run, args=(_answer, check, answer), name=f"health-{check.name}", daemon=True
        )
        thread.start()
        self._hanging[check.name] = thread
        return answer, thread

    def _end(self, check: HealthCheck, answer: list[Component], thread: threading.Thread) -> Component:
        if not answer:
            thread.join(check.timeout_s)
        if answer:
            return answer[0]
        return Component(check.name, "failed", f"no answer within {check.timeout_s:g} s", ms=check.timeout_s * 1000)

    def _worst(self, components: Iterable[Component]) -> HealthStatus:
        worst: HealthStatus = "ok"
        for each in components:
            status: HealthStatus = each.status
            if status == "failed" and each.name not in self.essential:
                status = "degraded"
            worst = max(worst, status, key=_ORDER.__getitem__)
        return worst


def _answer(check: HealthCheck, answer: list[Component]) -> None:
    began = time.perf_counter()
    try:
        health = check.check() or Health("ok")
    except (Exception, SystemExit) as error:
        health = Health("failed", f"{type(error).__name__}: {error}")
    answer.append(Component(check.name, health.status, health.detail, ms=(time.perf_counter() - began) * 1000))


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
