"""``app db slow/nplus1/indexes/pool``: another process tells what the app's processes found."""

import json
from datetime import UTC, datetime

import pytest

from host.cli.root import run
from host.config import load_config
from host.data.monitor.tables import FindingRow
from host.testing.host_app import HostApp

COMMANDS = ("slow", "nplus1", "indexes", "pool")


@pytest.fixture
def project(host_app: HostApp, monkeypatch: pytest.MonkeyPatch) -> HostApp:
    monkeypatch.setenv("HOLDFAST_ROOT", str(host_app.application.config.root))
    return host_app


pytestmark = pytest.mark.holdfast(["home"], config={"database.slow_ms": 0.0001})


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["db", *arguments])
    return code, capsys.readouterr().out


def test_each_command_answers_on_an_idle_app(project: HostApp, capsys: pytest.CaptureFixture[str]):
    for command in COMMANDS:
        code, out = answered(capsys, command)
        assert code == 0, out
        code, out = answered(capsys, command, "--json")
        assert code == 0, out
        assert isinstance(json.loads(out), dict)


def test_slow_shows_statements_with_plans(project: HostApp, capsys: pytest.CaptureFixture[str]):
    project.application.host.processes().alive()
    for _ in range(4):
        # A few plans are asked for at a time.
        project.application.host.monitor().flush()
    code, out = answered(capsys, "slow", "--plans")
    assert code == 0
    assert "FROM host_process" in out
    assert "host_process USING INDEX" in out or "SCAN host_process" in out
    code, out = answered(capsys, "slow", "--json")
    told = json.loads(out)
    assert told["summary"]["statements"] > 0
    assert any("host_process" in each["statement"] for each in told["statements"])
    assert any("host_process" in each["text"] and each["site"] for each in told["slow"])


def test_nplus1_names_line_and_cure(project: HostApp, capsys: pytest.CaptureFixture[str]):
    now = datetime.now(UTC)
    cure = "Add .options(selectinload(Good.parts)) to the query that loads Good."
    with project.application.host.database().begin() as unit:
        unit.session.add(
            FindingRow(
                id="1", kind="lazy_load", site="shop/pages.py:12", page="shop/goods", plugin="shop",
                subject="Good.parts", cure=cure, most=40, runs=3, first_seen=now, last_seen=now,
            )
        )  # fmt: skip
    code, out = answered(capsys, "nplus1")
    assert code == 2
    assert "shop/pages.py:12" in out
    assert cure in out
    assert "shop/goods" in out
    report = project.application.health()
    load = next(each for each in report.components if each.name == "database_load")
    assert load.status == "degraded"
    assert "N+1 at shop/pages.py:12" in load.detail


def test_pool_shows_this_process(project: HostApp, capsys: pytest.CaptureFixture[str]):
    project.application.host.monitor().flush()
    code, out = answered(capsys, "pool")
    assert code == 0
    assert "write" in out
    assert "5+10" in out


def test_the_project_of_the_command_is_the_app_of_the_test(project: HostApp):
    assert load_config().root == project.application.config.root
