"""A plugin's whole way in a browser: written, built, installed without the checkout, enabled while the app runs."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.environments import Environment
from tests.integration.authors.shipping import new_plugin, said, ship

pytestmark = pytest.mark.timeout(600)
DEADLINE_MS = 60_000
ENTRY = re.compile(r"^Buy rope \(")


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with nothing but the wheels."""
    return ship(new_plugin("quill", tmp_path_factory.mktemp("author")), tmp_path_factory.mktemp("operator"))


@contextmanager
def serving(operator: Environment) -> Iterator[str]:
    """Where ``app run`` of that environment serves."""
    command = [str(operator.folder / "bin" / "app"), "run", "--port", "0"]
    log = operator.home / "run.log"
    # Who comes in is another matter: here it is the local person.
    variables = {**operator.variables, "FEATURE_AUTH": "false"}
    with log.open("wb") as stderr:
        running = subprocess.Popen(
            command, cwd=operator.home, env=variables, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    try:
        assert running.stdout is not None
        line = next((line for line in running.stdout if "ready: http" in line), "")
        found = re.search(r"http://\S+", line)
        assert found, log.read_text("utf-8")[-4000:]
        yield found[0]
    finally:
        running.terminate()
        running.communicate(timeout=60)


def test_an_enabled_plugin_appears_in_the_open_browser(operator: Environment, chromium: Browser) -> None:
    with serving(operator) as address:
        page = chromium.new_context(locale="en-US").new_page()
        page.goto(address)
        menu, main = page.locator(".st-key-host-menu"), page.get_by_test_id("stMain")
        expect(menu).to_be_visible(timeout=DEADLINE_MS)
        expect(menu.get_by_role("button", name="Quill")).to_have_count(0)

        said(operator, "app", "plugins", "enable", "quill")
        expect(menu.get_by_role("button", name="Quill")).to_be_visible(timeout=DEADLINE_MS)
        menu.get_by_role("button", name="Quill").click()

        expect(main.get_by_text("Nothing here yet.")).to_be_visible(timeout=DEADLINE_MS)
        main.get_by_label("New entry").fill("Buy rope")
        main.get_by_label("New entry").press("Tab")
        main.get_by_role("button", name="Add").click()
        expect(main.get_by_text(ENTRY)).to_be_visible(timeout=DEADLINE_MS)
        expect(main.get_by_label("New entry")).to_have_value("")
        page.context.close()

    with serving(operator) as address:
        page = chromium.new_context(locale="de-DE").new_page()
        page.goto(f"{address}/?page=quill")
        main = page.get_by_test_id("stMain")
        expect(main.get_by_text(ENTRY)).to_be_visible(timeout=DEADLINE_MS)
        expect(main.get_by_role("button", name="Hinzufügen")).to_be_visible()
        page.context.close()
