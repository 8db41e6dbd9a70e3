"""Operators at work in a browser, on the app as `app run` starts it."""

import re
import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader, RunningApp, app_run
from tests.e2e.ui.test_accessibility import faults
from tests.integration.serving import APP, environment

DETAIL = {"plugin": "scripts", "change": "off"}
COUNTER = """
import streamlit as st
if st.button("Add"):
    st.session_state["count"] = st.session_state.get("count", 0) + 1
st.write("Count:", st.session_state.get("count", 0))
st.text_input("Note", key="note")
"""
PLUGINS = """[plugins.home]

[plugins.admin]

[plugins.scripts.settings]
pages = [{file = "counter.py", title = "Tally"}]
"""


@pytest.fixture
def running_app(tmp_path) -> Iterator[RunningApp]:
    with app_run(tmp_path, PLUGINS, counter=COUNTER) as app:
        yield app


@pytest.fixture
def operator(read: Callable[..., Reader]) -> Reader:
    return read()


def menu_entry(reader: Reader, title: str):
    return reader.page.locator(".st-key-host-menu").get_by_role("button", name=title)


def test_a_plugin_is_switched_off_and_on_and_the_reader_stays_where_they_are(
    operator: Reader, read: Callable[..., Reader]
) -> None:
    onlooker = read().open("admin/settings")
    onlooker.page.get_by_label("Find a setting").fill("pool")
    onlooker.page.get_by_label("Find a setting").press("Enter")
    onlooker.sees("pool_size")

    operator.open("admin/plugins", plugin="scripts")
    expect(menu_entry(operator, "Tally")).to_be_visible()
    operator.press("Switch off …").sees("scripts goes out").sees("restart one after the other")
    operator.press("Switch scripts off").sees("This plugin is switched off.")
    expect(menu_entry(operator, "Tally")).to_have_count(0, timeout=60_000)
    expect(operator.page.get_by_text("Restart under way")).to_have_count(0, timeout=60_000)
    operator.sees("This plugin is switched off.")
    assert "plugin=scripts" in operator.page.url

    expect(menu_entry(onlooker, "Tally")).to_have_count(0, timeout=60_000)
    onlooker.sees("pool_size")
    assert onlooker.page.get_by_label("Find a setting").input_value() == "pool"

    operator.press("Switch on …").sees("scripts comes in").press("Switch scripts on")
    expect(menu_entry(operator, "Tally")).to_be_visible(timeout=60_000)
    operator.menu("Tally").sees("Count:")


def test_the_audience_changes_at_once_and_nothing_restarts(operator: Reader, read: Callable[..., Reader]) -> None:
    reader = read().open("home")
    expect(menu_entry(reader, "Tally")).to_be_visible()
    operator.open("admin/plugins", plugin="scripts")
    slider = operator.page.get_by_role("slider")
    slider.press("Home")
    operator.press("Apply").sees("0 % · everybody")
    expect(menu_entry(operator, "Tally")).to_have_count(0, timeout=30_000)
    expect(menu_entry(reader, "Tally")).to_have_count(0, timeout=30_000)
    expect(operator.page.get_by_text("Restart under way")).to_have_count(0)
    slider.press("End")
    operator.press("Apply")
    expect(menu_entry(reader, "Tally")).to_be_visible(timeout=30_000)


def test_the_pages_fit_a_phone_and_axe_finds_nothing_serious(read: Callable[..., Reader]) -> None:
    for color_scheme in ("light", "dark"):
        reader = read(width=360, height=740, color_scheme=color_scheme, has_touch=True)
        for page, params in (("plugins", {}), ("plugins", DETAIL), ("settings", {}), ("health", {})):
            reader.open(f"admin/{page}", **params)
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
            assert faults(reader) == []


def test_list_detail_and_back(operator: Reader) -> None:
    operator.open("admin/plugins").sees("What the app is made of")
    operator.page.get_by_role("button", name="Details").nth(2).click()
    expect(operator.page).to_have_url(re.compile("plugin=home"))
    operator.sees("Start took").press("All plugins").sees("What the app is made of")
    operator.menu("Health").sees("In order")


def test_a_script_added_on_the_command_line_appears_in_the_open_app(operator: Reader) -> None:
    root = operator.app.root
    (root / "fresh.py").write_text("import streamlit as st\n\nst.title('Fresh from the shell')\n")
    operator.open("admin/plugins")
    command = [*APP, "pages", "add", str(root / "fresh.py"), "--title", "Newcomer"]
    subprocess.run(command, env=environment(root), check=True, capture_output=True)
    expect(menu_entry(operator, "Newcomer")).to_be_visible(timeout=60_000)
    operator.sees("What the app is made of").menu("Newcomer").sees("Fresh from the shell")
