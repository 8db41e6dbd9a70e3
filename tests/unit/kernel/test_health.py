"""Health: the worst counts, a hanging check is left alone, a cascade names its root."""

import threading

from host.contributions import Health, HealthCheck
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
