"""An operator looks into an alert in a browser: attack, alert, timeline, answer; on a desk and on a phone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from host.config import load_config
from host.data import Database
from host.data.security.writer import EventWriter
from host.security.events import SecurityEvent
from tests.e2e.conftest import Reader, RunningApp, app_run
from tests.e2e.ui.test_accessibility import faults

PLUGINS = "[plugins.home]\n[plugins.admin]\n[plugins.warehouse]\n"


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with app_run(tmp_path_factory.mktemp("security"), PLUGINS, unused="") as app:
        config = load_config(app.root)
        database = Database(config.database, config.data_dir)
        writer = EventWriter(database)
        for number in range(20):
            detail = {"reason": "password", "try": number}
            writer.take(SecurityEvent("sign_in.failed", "warning", "5f3c", "192.0.2.7", detail=detail))
        writer.flush()
        database.dispose()
        yield app


def test_an_alert_is_looked_into_and_answered(read: Callable[..., Reader]) -> None:
    operator = read().open("admin/security")
    for _ in range(15):  # detection looks every ten seconds
        if operator.page.get_by_text("Password guessing").count():
            break
        operator.page.wait_for_timeout(2000)
        operator.open("admin/security")
    operator.sees("Open alerts: 1")
    for color_scheme in ("light", "dark"):
        phone = read(width=360, height=740, color_scheme=color_scheme, has_touch=True, locale="de-DE")
        phone.open("admin/security").sees("Passwort wird erraten")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert faults(phone) == []
    operator.page.get_by_role("button", name="Timeline").click()
    operator.drawn().sees("Timeline of 5f3c")
    operator.press("All events").drawn().sees("Open alerts: 1")
    operator.page.get_by_label("What came out").fill("A forgotten password")
    operator.page.get_by_label("What came out").press("Tab")
    operator.drawn()
    operator.press("Close").drawn()
    expect(operator.page.get_by_text("Open alerts: 1")).to_have_count(0)


def test_a_prepared_file_is_downloaded_by_its_link(read: Callable[..., Reader]) -> None:
    keeper = read().open("warehouse/articles").press("Prepare a file").drawn().sees("Your file is ready")
    with keeper.page.expect_download() as download:
        keeper.page.get_by_role("link", name="articles.xlsx").click()
    assert download.value.suggested_filename == "articles.xlsx"
    assert faults(keeper) == []
