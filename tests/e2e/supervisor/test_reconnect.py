"""An open browser over restarts: it connects again by itself, on the page where it was, and nothing is blocked."""

import os
import signal

import pytest
from playwright.sync_api import expect, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.integration.serving import Supervised

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE_MS = 60_000


@pytest.fixture
def supervised(tmp_path):
    (tmp_path / "plugins.toml").write_text("[plugins.home]\n[plugins.warehouse]\n[plugins.admin]\n", encoding="utf-8")
    started = Supervised(tmp_path, "--port", "0")
    yield started
    started.close()


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser.new_page()
        browser.close()


def wait_for_run(websocket):
    """Wait until Streamlit tells on `websocket` that a script run is over."""

    def over(frame):
        message = ForwardMsg()
        message.ParseFromString(frame)
        return message.HasField("script_finished")

    websocket.wait_for_event("framereceived", over, timeout=PATIENCE_MS)


def test_an_open_page_survives_a_rolling_restart_and_a_kill(supervised, page, tmp_path):
    blocked = []
    page.on("console", lambda message: blocked.append(message.text) if "Content Security" in message.text else None)
    address = f"http://127.0.0.1:{supervised.ready()}/?page=warehouse/articles"
    page.goto(address)
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_contain_text("Administration", timeout=PATIENCE_MS)
    page.evaluate("window.sameDocument = true")

    (tmp_path / "plugins.toml").write_text("[plugins.home]\n[plugins.warehouse]\n", encoding="utf-8")
    supervised.hears("admin goes out")
    supervised.hears("in force")
    expect(sidebar).not_to_contain_text("Administration", timeout=PATIENCE_MS)
    assert page.url == address

    (child,) = supervised.children()
    with page.expect_websocket(timeout=PATIENCE_MS) as connected:
        os.kill(child, signal.SIGKILL)
        supervised.hears("serves again")
    # The page's heartbeat asks the new process for a run; until then Streamlit has no session to click in.
    wait_for_run(connected.value)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=PATIENCE_MS)
    sidebar.get_by_text("Movements").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Movements").first).to_be_visible(timeout=PATIENCE_MS)

    assert page.evaluate("window.sameDocument") is True
    assert blocked == []
