"""Signed out in a browser: what was on the screen is gone at once, also when nobody told the page, and after "back"."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import RunningApp
from tests.integration.web.door import House

SIGN_IN = re.compile(r"/x/door/sign-in\?next=/%3Fpage%3Dsecret$")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("house"))
    made.serve()
    yield made
    made.close()


@pytest.fixture
def anna(house, read):
    """Anna's browser on her page."""
    house.sign_in("anna")
    house.publish()
    assert house.wait() == ()
    reader = read(app=RunningApp(house.folder, house.processes[0]))
    reader.page.context.add_cookies([{"name": "sid", "value": "token-of-anna", "url": reader.app.url}])
    return reader.open("secret").sees("SECRET of Anna")


def test_a_stranger_sees_the_sign_in_page_only(house, read):
    reader = read(app=RunningApp(house.folder, house.processes[0]))
    reader.page.goto(reader.app.address("secret"))
    expect(reader.page).to_have_url(SIGN_IN)


def test_signed_out_elsewhere_the_page_is_cleared_and_leads_to_sign_in(house, anna):
    house.sign_out("token-of-anna")
    expect(anna.page).to_have_url(SIGN_IN)
    expect(anna.page.locator("body")).not_to_contain_text("SECRET")


def test_changed_permissions_take_the_page_away_without_a_click(house, anna):
    house.change("token-of-anna", may=[])
    expect(anna.page.get_by_test_id("stMain")).not_to_contain_text("SECRET")
    expect(anna.page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")


def test_a_refused_connection_clears_the_page_although_it_looks_like_a_lost_one(anna):
    anna.page.context.clear_cookies(name="sid")
    anna.page.evaluate("void new WebSocket(`ws://${location.host}/_stcore/stream`, ['streamlit'])")
    expect(anna.page).to_have_url(SIGN_IN)
    expect(anna.page.locator("body")).not_to_contain_text("SECRET")


def test_back_after_signing_out_shows_nothing(house, anna):
    anna.page.goto(f"{anna.app.url}x/door/open/elsewhere")
    house.sign_out("token-of-anna")
    anna.page.go_back()
    expect(anna.page).to_have_url(SIGN_IN)
    expect(anna.page.locator("body")).not_to_contain_text("SECRET")


def test_another_person_in_the_same_browser_finds_nothing_of_the_first_on_the_screen(house, anna):
    bob = house.sign_in("bob")
    assert bob
    house.publish()
    assert house.wait() == ()
    anna.page.context.add_cookies([{"name": "sid", "value": "token-of-bob", "url": anna.app.url}])
    # The open page asks as soon as a connection fails, and finds somebody else signed in.
    anna.page.evaluate("void new WebSocket(`ws://${location.host}/nothing`, ['streamlit'])")
    anna.sees("SECRET of Bob")
    expect(anna.page.locator("body")).not_to_contain_text("Anna")
