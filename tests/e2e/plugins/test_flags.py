"""An operator switches a feature flag in a browser, and a reader on another page sees the difference."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader, RunningApp, app_run
from tests.e2e.ui.test_accessibility import faults
from tests.integration.serving import APP, environment

PLUGINS = "[plugins.home]\n\n[plugins.admin]\n\n[plugins.warehouse]\n"
FLAG = "warehouse.reach_estimate"


def _app(root: Path, *arguments: str) -> None:
    subprocess.run([*APP, *arguments], env=environment(root), check=True, capture_output=True)


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    root = tmp_path_factory.mktemp("flagged")
    (root / "plugins.toml").write_text(PLUGINS)
    (root / "tea.csv").write_text("number,name,unit\nA-1,Tea,pcs\n")
    _app(root, "warehouse", "import", str(root / "tea.csv"))
    with app_run(root, PLUGINS) as app:
        yield app


@pytest.fixture(autouse=True)
def _as_declared(running_app: RunningApp) -> Iterator[None]:
    yield
    _app(running_app.root, "flags", "unset", FLAG)


def estimate(reader: Reader):
    return reader.page.get_by_test_id("stMain").locator("dt", has_text=re.compile("^Lasts$"))


def test_a_flag_is_switched_by_keyboard_and_another_reader_sees_it(read: Callable[..., Reader]) -> None:
    keeper = read().open("warehouse/article", id=1)
    expect(estimate(keeper)).to_be_visible()
    operator = read().open("admin/flags").sees("Show on the article page how long the stock lasts")
    operator.press("Details")
    main = operator.page.get_by_test_id("stMain")
    on = main.get_by_role("radio", name="Leave it to the declared default (On)")
    expect(on).to_be_checked()
    on.focus()
    for _ in range(2):
        operator.page.keyboard.press("ArrowDown")
    expect(main.get_by_role("radio", name="Off", exact=True)).to_be_checked()
    apply = main.get_by_role("button", name="Apply", exact=True)
    expect(apply).to_be_enabled()
    apply.focus()
    operator.page.keyboard.press("Enter")
    operator.sees("Off, set by an operator").sees("Last changes")
    keeper.open("warehouse/article", id=1).sees("Tea")
    expect(estimate(keeper)).to_have_count(0)


def test_a_rule_is_written_for_a_role_and_removed(read: Callable[..., Reader]) -> None:
    operator = read().open("admin/flags", flag=FLAG).sees("There is no rule")
    main = operator.page.get_by_test_id("stMain")
    main.get_by_text("Add a rule", exact=True).click()
    roles = main.get_by_role("combobox", name="Only these roles", exact=True)
    expect(roles).to_be_visible()
    # The fold has opened before anybody types into it.
    operator.page.wait_for_timeout(1000)
    roles.press_sequentially("admin", delay=60)
    expect(operator.page.get_by_role("option", name="admin", exact=True)).to_be_visible()
    roles.press("Enter")
    # The list stays open for another role, and all beside it waits.
    roles.press("Escape")
    add = main.get_by_role("button", name="Add this rule")
    expect(add).to_be_enabled()
    # The value is changed and the rule added at once: what counts is what stands there, not what was drawn before.
    main.get_by_role("radio", name="Off", exact=True).last.focus()
    operator.page.keyboard.press("Space")
    add.click()
    operator.sees("1. roles admin →").sees("Off, by rule 1")
    keeper = read().open("warehouse/article", id=1).sees("Tea")
    expect(estimate(keeper)).to_have_count(0)
    operator.press("Remove rule 1").sees("There is no rule")
    keeper.open("warehouse/article", id=1)
    expect(estimate(keeper)).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit(read: Callable[..., Reader], look: str, width: int, running_app) -> None:
    _app(
        running_app.root, "flags", "set", FLAG, "false", "--role", "viewer", "--percent", "20", "--until", "2040-01-01"
    )
    reader = read(color_scheme=look, width=width, locale="de-DE")
    for address in ({}, {"flag": FLAG}):
        reader.open("admin/flags", **address).sees("Artikelseite")
        assert faults(reader) == []
        assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
