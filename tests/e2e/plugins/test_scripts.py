"""Unchanged scripts in a real browser, under the app's menu, beside other scripts and pages."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader, RunningApp, serve

SAMPLES = Path(__file__).parents[2] / "scripts_samples"


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    root = tmp_path_factory.mktemp("scripts")
    shutil.copytree(SAMPLES, root / "samples")
    folders = json.dumps([f"samples/{name}" for name in ("sales", "tools", "errors", "router")])
    pages = '[[plugins.scripts.settings.pages]]\nfile = "samples/counter/counter.py"\n'
    plugins = f"[plugins.home]\n[plugins.scripts.settings]\nfolders = {folders}\n{pages}"
    app = serve(root, plugins)
    try:
        assert app.web.ready.get("ready"), app.web.log.read_text("utf-8")[-4000:]
        yield app
    finally:
        app.web.close()


def sidebar(reader: Reader):
    return reader.page.get_by_test_id("stSidebar")


def test_a_multi_file_script_with_sidebar_chart_and_data(read: Callable[..., Reader]) -> None:
    # Tall, because a list that opens closes again when the sidebar scrolls.
    reader = read(height=1100)
    reader.open("scripts/sales").sees("Sales of the year").sees("700 €")
    expect(reader.page).to_have_title("Sales · Holdfast")
    expect(reader.page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    sidebar(reader).get_by_role("combobox", name="Region").press("ArrowDown")
    reader.page.get_by_role("option", name="South").click()
    reader.sees("450 €")
    sidebar(reader).get_by_role("button", name="To the trends").click()
    reader.heading_or_title("Trends").sees("Best month:")
    expect(sidebar(reader).get_by_role("combobox", name="Region")).to_have_count(0)


def test_switch_page_and_link_back(reader: Reader) -> None:
    reader.open("scripts/sales").press("Open settings").heading_or_title("Settings")
    reader.press("Back to the report").sees("700 €")
    assert "page=scripts%2Fsales" in reader.page.url


def test_two_scripts_keep_their_modules_widgets_and_state_apart(reader: Reader) -> None:
    reader.open("scripts/sales").sees("Sales of the year")
    reader.menu("Counter").sees("Counting")
    reader.page.get_by_label("Name").fill("Ada")
    reader.page.get_by_label("Name").press("Enter")
    reader.press("Add")
    expect(reader.page.get_by_test_id("stMetricValue")).to_have_text("2")
    reader.menu("Sales").sees("700 €")
    reader.menu("Counter")
    expect(reader.page.get_by_test_id("stMetricValue")).to_have_text("2")


def test_clearing_the_session_state_leaves_the_shell(reader: Reader) -> None:
    reader.open("scripts/counter").press("Add")
    expect(reader.page.get_by_test_id("stMetricValue")).to_have_text("2")
    reader.press("Reset")
    expect(reader.page.get_by_test_id("stMetricValue")).to_have_text("0")
    reader.menu("Trends").sees("Best month:")


def test_a_script_that_raises_is_a_card_with_file_and_line_and_the_rest_goes_on(reader: Reader) -> None:
    reader.open("scripts/errors/raises").sees("before the fault").sees("“Raises” can't be shown")
    reader.sees("raises.py, line 7: ZeroDivisionError")
    reader.menu("Counter").sees("Counting")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("syntax", "syntax.py, line 3: SyntaxError"),
        ("missing-import", "missing_import.py, line 3: ModuleNotFoundError"),
        ("exits", "exits.py, line 4: SystemExit"),
        ("recursion", "recursion.py, line 5: RecursionError"),
    ],
)
def test_every_kind_of_fault_is_a_card(reader: Reader, script: str, says: str) -> None:
    reader.open(f"scripts/errors/{script}").sees(says)


def test_a_fault_in_a_callback_and_in_a_fragment(reader: Reader) -> None:
    reader.open("scripts/errors/callback").press("Press").sees("callback.py, line 5: ValueError")
    reader.press("Try again")
    expect(reader.page.get_by_role("button", name="Press", exact=True)).to_be_visible()
    reader.open("scripts/errors/fragment-raises").press("Break").sees("fragment_raises.py, line 7: ValueError")


def test_fragment_reruns_alone_in_its_folder_and_dialog_opens(reader: Reader) -> None:
    reader.open("scripts/tools/live").sees("Full runs: 1").press("Tick").sees("Ticks: 1").sees("Full runs: 1")
    reader.press("Tick").sees("Ticks: 2").sees("Folder: tools True")
    reader.press("Show details")
    expect(reader.page.get_by_role("dialog")).to_contain_text("All about ticks")


def test_form_with_stop(reader: Reader) -> None:
    reader.open("scripts/tools/order-form").sees("Fill in the form.")
    reader.page.get_by_label("Customer").fill("Ada")
    reader.press("Send").sees("1 ordered for Ada")


def test_query_parameters_and_magic(reader: Reader) -> None:
    reader.open("scripts/tools/magic", city="Oslo").sees("Shown without a call").sees("City: Oslo")
    reader.press("To Rome").sees("City: Rome").sees("Page parameter: 7")
    assert "page=scripts%2Ftools%2Fmagic" in reader.page.url
    reader.page.reload()
    reader.sees("City: Rome")


def test_a_scripts_own_navigation(reader: Reader) -> None:
    reader.open("scripts/router").sees("First view")
    sidebar(reader).get_by_role("button", name="About").click()
    reader.sees("About this tool").sees("You are on About")
    reader.page.reload()
    reader.sees("About this tool")
    reader.page.go_back()
    reader.sees("First view")


def test_a_changed_script_takes_effect_at_the_next_run(reader: Reader) -> None:
    reader.open("scripts/counter").sees("Counting")
    utils = reader.app.root / "samples" / "counter" / "utils.py"
    text = utils.read_text("utf-8")
    utils.write_text(text.replace("Counting", "Counted anew"), "utf-8")
    try:
        reader.press("Add").sees("Counted anew")
    finally:
        utils.write_text(text, "utf-8")


def test_phone(read: Callable[..., Reader]) -> None:
    reader = read(width=360, height=740)
    reader.open("scripts/sales").sees("700 €")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
