"""From the wire to the operator: what a real web process notices is written, becomes an alert and degrades it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host.config import load_config
from host.data import Database
from host.data.security.reading import EventFilter, SecurityReader
from tests.integration.raw import get
from tests.integration.serving import WebUnderTest, until


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebUnderTest]:
    """A web process to which somebody has sent forged headers."""
    root: Path = tmp_path_factory.mktemp("attacked")
    (root / "plugins.toml").write_text("", encoding="utf-8")
    process = WebUnderTest(root, {"FEATURE_AUTH": "false"})
    try:
        assert process.ready.get("ready"), process.log.read_text(encoding="utf-8")[-3000:]
        for number in range(6):
            get(process.port, "/", **{"X-Host-User-Id": f"admin{number}", "User_Agent": "liar"})
        yield process
    finally:
        process.close()


@pytest.fixture
def reader(attacked: WebUnderTest) -> Iterator[SecurityReader]:
    """What its table says."""
    config = load_config(attacked.log.parent)
    database = Database(config.database, config.data_dir)
    yield SecurityReader(database)
    database.dispose()


def test_events_reach_the_table_and_become_an_alert(attacked: WebUnderTest, reader: SecurityReader):
    forged = EventFilter(kind="gate.forged_header")
    until(lambda: sum(each.times for each in reader.page(forged).events) == 6, "the events are written")
    (alert,) = until(reader.alerts, "detection has looked")
    assert (alert.kind, alert.client) == ("detection.forging", "127.0.0.0/24")
    assert alert.detail["forged"] == 6
    assert attacked.logged("detection.forging")
    components = {each["name"]: each for each in get(attacked.port, "/healthz").json()["components"]}
    assert components["security"]["status"] == "degraded"
    assert get(attacked.port, "/readyz").status == 200, "an alert takes no process out of balancing"


def test_what_waits_is_written_when_the_process_ends(attacked: WebUnderTest, reader: SecurityReader):
    get(attacked.port, "/files/" + "0" * 32)
    attacked.process.terminate()
    attacked.process.wait(timeout=30)
    (event,) = reader.page(EventFilter(kind="files.denied")).events
    assert event.detail["why"] == "there is none"
