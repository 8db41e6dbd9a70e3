"""Health: the worst counts, a hanging check is left alone, a cascade names its root."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from host.contributions import Health, HealthCheck
from host.kernel import health
from host.kernel.health import HealthRunner


def _fails() -> None:
    raise ConnectionError("refused")


def _runner() -> HealthRunner:
    return HealthRunner(frozenset({"database"}))


def test_cascade_names_the_deepest_failing_component() -> None:
    report = _runner().run(
        [
            HealthCheck(name="database", check=_fails),
            HealthCheck(name="jobs.queue", check=_fails, depends_on=("database",)),
            HealthCheck(name="jobs.worker", check=_fails, depends_on=("jobs.queue",)),
            HealthCheck(name="home.sky", check=_fails),
        ]
    )
    assert {each.name: each.cause for each in report.components} == {
        "database": "",
        "home.sky": "",
        "jobs.queue": "database",
        "jobs.worker": "database",
    }
    assert report.status == "failed"


def test_circular_dependence_ends() -> None:
    report = _runner().run(
        [
            HealthCheck(name="a", check=_fails, depends_on=("b",)),
            HealthCheck(name="b", check=_fails, depends_on=("a",)),
        ]
    )
    assert {each.status for each in report.components} == {"failed"}


def test_failure_of_a_plugin_only_degrades() -> None:
    checks = [HealthCheck(name="database", check=lambda: None), HealthCheck(name="x.y", check=_fails)]
    assert _runner().run(checks).status == "degraded"


def test_check_that_exits_is_a_failed_check() -> None:
    def leave() -> None:
        raise SystemExit(3)

    (component,) = _runner().run([HealthCheck(name="x", check=leave)]).components
    assert (component.status, component.detail) == ("failed", "SystemExit: 3")


def test_hanging_check_keeps_one_thread_and_recovers() -> None:
    release, started = threading.Event(), []

    def hang() -> Health:
        started.append(1)
        release.wait(30)
        return Health("ok")

    runner = _runner()
    check = HealthCheck(name="x", check=hang, timeout_s=0.05)
    assert "no answer" in runner.run([check]).components[0].detail
    assert "still hangs" in runner.run([check]).components[0].detail
    assert len(started) == 1
    release.set()
    for thread in [each for each in threading.enumerate() if each.name == "health-x"]:
        thread.join()
    assert runner.run([check]).components[0].status == "ok"


class _Mute(BaseException):
    def __str__(self) -> str:
        raise KeyError("text")


def _mute() -> None:
    raise _Mute


@pytest.mark.parametrize(
    ("check", "detail"),
    [
        (lambda: {"up": True}, "the check returned a dict, expected Health or None"),
        (lambda: Health("broken"), "Health.status: Input should be 'ok', 'degraded' or 'failed'"),  # type: ignore[arg-type]
        (lambda: Health("ok", object()), "Health.detail: Input should be a valid string"),  # type: ignore[arg-type]
        (_mute, "_Mute: (its text can't be had: KeyError)"),
    ],
    ids=["no-health", "unknown-status", "no-text", "mute"],
)
def test_wrong_answer_is_a_failed_check_of_its_own(check: Callable[[], Any], detail: str) -> None:
    good = HealthCheck(name="good", check=lambda: None)
    report = _runner().run([HealthCheck(name="x.y", check=check), good])
    assert {each.name: each.status for each in report.components} == {"good": "ok", "x.y": "failed"}
    assert detail in next(each.detail for each in report.components if each.name == "x.y")


def test_many_hanging_checks_cost_the_time_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    release, waits = threading.Event(), []
    join = threading.Thread.join

    def joined(thread: threading.Thread, timeout: float | None = None) -> None:
        assert timeout is not None
        waits.append(timeout)
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", joined)
    try:
        _runner().run(HealthCheck(name=f"x.{n}", check=release.wait, timeout_s=0.2) for n in range(20))
    finally:
        release.set()
    assert sum(waits) < 20 * 0.2 / 2


def test_no_check_makes_anybody_wait_longer_than_the_host_does(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(health, "LONGEST_TIMEOUT_S", 0.1)
    try:
        (component,) = _runner().run([HealthCheck(name="x", check=release.wait, timeout_s=3600)]).components
    finally:
        release.set()
    assert component.detail == "no answer within 0.1 s"
