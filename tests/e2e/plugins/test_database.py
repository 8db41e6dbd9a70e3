"""An operator looks at the database page of a running app with a page that asks too often."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader, RunningApp, app_run
from tests.e2e.ui.test_accessibility import faults

GREEDY = """
import streamlit as st
from sqlalchemy import text
from host import current

database = current().application.host.database()
with database.begin(readonly=True) as unit:
    for number in range(40):
        unit.session.execute(text("SELECT pid FROM host_process WHERE id = :id"), {"id": str(number)}).first()
st.write("Asked forty times")
"""
PLUGINS = """[plugins.home]

[plugins.admin]

[plugins.scripts.settings]
pages = [{file = "greedy.py", title = "Greedy"}]
"""
VIEWS = ("statements", "pages", "slow", "nplus1", "indexes", "locks")


@pytest.fixture
def running_app(tmp_path) -> Iterator[RunningApp]:
    with app_run(tmp_path, PLUGINS, greedy=GREEDY) as app:
        yield app


def choose(operator: Reader, label: str) -> None:
    """Click one of the choices above the figures."""
    choices = operator.page.locator(".st-key-admin-database-choices")
    choices.get_by_text(label, exact=True).click()


def test_a_loop_of_statements_is_shown_with_its_line(read: Callable[..., Reader]) -> None:
    operator = read()
    operator.open("home").menu("Greedy").sees("Asked forty times")
    operator.open("admin/database", view="nplus1")
    # Figures are written every ten seconds.
    for _ in range(15):
        if operator.page.get_by_text("greedy.py:9").count():
            break
        operator.page.wait_for_timeout(2000)
        operator.open("admin/database", view="nplus1")
    operator.sees("greedy.py:9").sees("Up to 40 statements in one run").sees("Repository.get_many")

    choose(operator, "Statements")
    expect(operator.page).to_have_url(re.compile("view=statements"))
    operator.drawn().sees("95th percentile")
    expect(operator.page.get_by_test_id("stDataFrame")).to_be_visible()
    choose(operator, "15 min")
    expect(operator.page).to_have_url(re.compile("minutes=15"))
    choose(operator.drawn(), "Indexes")
    operator.sees("SQLite doesn't count uses of indexes")
    choose(operator, "Connections")
    operator.sees("Pool write of process")


def test_the_page_fits_a_phone_and_axe_finds_nothing_serious(read: Callable[..., Reader]) -> None:
    for color_scheme in ("light", "dark"):
        reader = read(width=360, height=740, color_scheme=color_scheme, has_touch=True)
        for view in VIEWS:
            reader.open("admin/database", view=view)
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
            assert faults(reader) == []
