"""No kind of bad plugin takes the app or its neighbour down, and each is named in one clear line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host.contracts import Event
from host.kernel.application import Application
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.bad_plugins import NOT_STARTED, RUNNING, Bad
from tests.integration.kernel.conftest import install

Start = Callable[..., Application]


def _kinds(found: tuple[Bad, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bad", found, ids=lambda bad: bad.kind.replace(" ", "-"))


def _running(kind: str) -> Bad:
    return next(bad for bad in RUNNING if bad.kind == kind)


@_kinds(NOT_STARTED)
def test_goes_out_in_one_line_and_the_good_one_works(
    bad: Bad, distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    install(bad, distributions, project)

    application = start()

    row = application.report.row(bad.culprit)
    assert row is not None
    assert (row.state, row.stage) == (bad.state, bad.stage), row.line
    assert bad.says in row.line
    assert row.line.isprintable()
    assert len(row.line) < 1500
    for id_, says in bad.also_out.items():
        other = application.report.row(id_)
        assert other is not None
        assert says in other.line
    assert "good/hello" in application.pages
    assert bad.culprit not in application.plugins
    assert application.ready


@_kinds(NOT_STARTED)
def test_health_is_degraded_and_names_it(
    bad: Bad, distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    install(bad, distributions, project)

    health = start().health()

    plugins = next(each for each in health.components if each.name == "plugins")
    assert health.status == "degraded"
    assert bad.says in plugins.detail


def test_stop_that_raises_stops_nobody_else(distributions: TemporaryDistributions, project: Path, start: Start) -> None:
    bad = _running("stop raises")
    install(bad, distributions, project)
    application = start()

    application.close()

    row = application.report.row("bad")
    assert row is not None
    assert (row.state, row.stage) == ("failed", "stop")
    assert bad.says in row.line


def test_health_check_that_hangs_is_one_failed_component(
    distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    bad = _running("health check hangs")
    install(bad, distributions, project)
    application = start()

    first, second = application.health(), application.health()

    assert {each.name: each.status for each in first.components}["bad.hangs"] == "failed"
    assert {each.name: each.status for each in first.components}["database"] == "ok"
    details = {each.name: each.detail for each in (*first.components, *second.components)}
    assert details["bad.hangs"] == "its last check still hangs"


def test_event_handler_that_raises_reaches_neither_publisher_nor_others(
    distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    install(_running("event handler raises"), distributions, project)
    application = start()
    events, heard = application.host.events(), []
    events.subscribe("good", Event, heard.append)

    for _ in range(6):
        events.publish(Event())

    assert len(heard) == 6
    assert [each.plugin for each in events.paused()] == ["bad"]
    assert application.health().status == "degraded"
