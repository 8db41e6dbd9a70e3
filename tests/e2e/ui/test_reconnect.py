"""The server process is killed under an open browser: it says so, comes back, and nothing committed is gone."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PLUGINS, Reader, installed
from tests.integration.serving import Supervised


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[tuple[Supervised, str]]:
    """``app run`` with the sample plugin, and its address."""
    path = installed(tmp_path, PLUGINS)
    app = Supervised(tmp_path, "--port", "0", PYTHONPATH=path)
    try:
        yield app, f"http://127.0.0.1:{app.ready()}/"
    finally:
        app.close()


def test_a_killed_server_costs_neither_page_nor_committed_values(
    supervised: tuple[Supervised, str], read: Callable[..., Reader]
) -> None:
    app, url = supervised
    reader = read()
    reader.page.goto(f"{url}?page=shop/till")
    reader.drawn()
    reader.page.get_by_label("Name").press_sequentially("Ada")
    reader.page.get_by_label("Name").press("Tab")
    reader.sees("At the till: Ada").drawn()
    shell = reader.page.get_by_test_id("stApp")
    for process in app.children():
        if b"host.web.serve" in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)
    expect(shell).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    said = "getComputedStyle(document.querySelector('.stApp'), '::after').content"
    assert "Connection lost" in reader.page.evaluate(said)
    expect(shell).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=60_000)
    reader.heading_or_title("Till")
    expect(reader.page.get_by_label("Name")).to_have_value("Ada")
    expect(reader.page.get_by_label("Name")).to_be_enabled()
    reader.menu("Articles").sees("Running low")
