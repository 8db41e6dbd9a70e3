"""An open browser over restarts: it connects again by itself, on the page where it was, and nothing is blocked."""

import os
import re
import signal
import subprocess

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from host.testing.distributions import TemporaryDistributions
from tests.integration.serving import APP, Supervised, environment

PATIENCE_MS = 60_000


@pytest.fixture
def supervised(tmp_path):
    (tmp_path / "plugins.toml").write_text("[plugins.home]\n[plugins.warehouse]\n[plugins.admin]\n", encoding="utf-8")
    started = Supervised(tmp_path, "--port", "0")
    yield started
    started.close()


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    yield page
    page.close()


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


def test_a_command_switches_a_plugin_off_and_on_under_an_open_page(supervised, page, tmp_path):
    page.goto(f"http://127.0.0.1:{supervised.ready()}/?page=warehouse/articles")
    sidebar = page.get_by_test_id("stSidebar")
    search = page.get_by_label("Search").first
    search.fill("tea", timeout=PATIENCE_MS)
    search.press("Enter")
    expect(page).to_have_url(re.compile("q=tea"), timeout=PATIENCE_MS)
    page.evaluate("window.sameDocument = true")

    told = _app(tmp_path, "plugins", "disable", "admin", "--yes")
    assert "rolling restart" in told
    supervised.hears("in force")
    expect(sidebar).not_to_contain_text("Administration", timeout=PATIENCE_MS)
    assert search.input_value() == "tea"

    _app(tmp_path, "plugins", "enable", "admin")
    supervised.hears("in force")
    expect(sidebar).to_contain_text("Administration", timeout=PATIENCE_MS)
    assert search.input_value() == "tea"
    assert "q=tea" in page.url
    assert page.evaluate("window.sameDocument") is True


def test_changed_code_of_a_plugin_is_taken_up_in_development(tmp_path, chromium):
    site = tmp_path / "site"
    code = """
        import streamlit as st
        from host import Page, Plugin, hookimpl

        def show():
            st.text_input("Name", key="live/name")
            st.text("first words")

        class Hooks:
            @hookimpl
            def pages(self):
                return [Page(path="live/page", title="Live", render=show)]

        plugin = Plugin(hooks=Hooks)
    """
    TemporaryDistributions(site).add("acme-live", {"live": {"plugin.py": code}})
    (tmp_path / "plugins.toml").write_text("[plugins.live]\n", encoding="utf-8")
    supervised = Supervised(tmp_path, "--port", "0", PYTHONPATH=str(site))
    page = chromium.new_page()
    try:
        page.goto(f"http://127.0.0.1:{supervised.ready()}/?page=live/page")
        name = page.get_by_label("Name")
        name.fill("Ada", timeout=PATIENCE_MS)
        name.press("Enter")
        expect(page.get_by_text("first words")).to_be_visible(timeout=PATIENCE_MS)

        path = site / "acme_live_live" / "plugin.py"
        path.write_text(path.read_text().replace("first words", "second words"))

        expect(page.get_by_text("second words")).to_be_visible(timeout=PATIENCE_MS)
        assert name.input_value() == "Ada"
    finally:
        page.close()
        supervised.close()


def _app(root, *arguments):
    done = subprocess.run(
        [*APP, *arguments], env=environment(root), cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
