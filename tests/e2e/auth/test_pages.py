"""The pages around sign-in for everybody: German, phone, keyboard, no JavaScript, axe, nothing that jumps."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.auth.conftest import LOGIN, PASSWORD, Visitor, code_of, make_first_account
from tests.e2e.conftest import RunningApp
from tests.e2e.ui.test_accessibility import faults

GERMAN = {"locale": "de-DE"}
PHONE = {"width": 390, "height": 844, "has_touch": True}
every_look = pytest.mark.parametrize(
    ("size", "look"),
    [
        pytest.param({}, "light", id="desk-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param({}, "dark", id="desk-dark", marks=pytest.mark.long),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.long),
    ],
)


@pytest.fixture(scope="module", autouse=True)
def _account(running_app: RunningApp) -> None:
    make_first_account(running_app)


@pytest.fixture
def ada(come: Callable[..., Visitor]) -> Visitor:
    """Ada, before the door."""
    return come().goes("/").heading("Sign in")


def test_in_german_from_the_first_page_to_the_app(come):
    visitor = come(**GERMAN).goes("/").heading("Anmelden")
    visitor.signs_in(password="falsch falsch falsch").sees("Anmeldename oder Passwort stimmt nicht.")
    visitor.signs_in().is_in()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")


def test_a_language_chosen_at_the_door_holds_inside(come):
    visitor = come().goes("/").heading("Sign in").follows("Deutsch").heading("Anmelden")
    visitor.signs_in().is_in()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")


def test_changing_the_language_keeps_what_was_typed(ada):
    ada.types(login="grace", password="wrong wrong wrong").presses("Sign in").sees("That did not work")
    ada.presses("Deutsch").heading("Anmelden")
    expect(ada.page.locator("#login")).to_have_value("grace")


def test_by_keyboard_alone(ada):
    keys = ada.page.keyboard
    expect(ada.page.locator("#login")).to_be_focused()
    keys.type(LOGIN)
    keys.press("Enter")
    # The summary has the focus; its link leads to the input that is wrong.
    expect(ada.page.locator(".faults")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(ada.page.locator("#password")).to_be_focused()
    keys.type(PASSWORD)
    keys.press("Tab")
    expect(ada.page.locator("#remember")).to_be_focused()
    keys.press("Space")
    expect(ada.page.locator("#remember")).to_be_checked()
    keys.press("Tab")
    assert ada.focused().evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    keys.press("Enter")
    ada.is_in()


def test_everything_works_without_javascript(come):
    visitor = come(java_script_enabled=False)
    page = visitor.goes("/?page=home").heading("Sign in").page
    visitor.signs_in(password="wrong wrong wrong").sees("Login name or password is wrong.")
    expect(page.locator(".faults")).to_be_focused()
    visitor.signs_in()
    assert page.url.endswith("/?page=home")
    visitor.goes("/x/auth/account/second-factor").heading("Second factor").presses("Set it up")
    secret = page.locator(".secret").inner_text()
    visitor.types(code=code_of(secret)).presses("Turn it on").heading("Your recovery codes")
    with page.expect_download() as download:
        visitor.follows("Save as a file")
    codes = page.locator(".codes li").all_inner_texts()
    assert all(code in download.value.path().read_text("utf-8") for code in codes)
    visitor.goes("/x/auth/account/second-factor").presses("Turn the second factor off").sees(
        "The second factor is off."
    )


def test_a_door_that_closed_meanwhile_leads_back_to_where_one_was(come):
    visitor = come().goes("/").signs_in().is_in()
    visitor.page.context.clear_cookies(name="sid")
    visitor.goes("/?page=home").heading("Sign in").signs_in().is_in()
    assert "page=home" in visitor.page.url


@every_look
def test_nothing_to_complain_about_before_sign_in(come, look, size):
    visitor = come(color_scheme=look, **size, **GERMAN)
    visitor.goes("/").heading("Anmelden")
    assert faults(visitor.reader) == []
    visitor.types(login=LOGIN).presses("Anmelden").sees("Das hat nicht geklappt")
    assert faults(visitor.reader) == []
    visitor.goes("/x/auth/reset/nothing").heading("Dieser Link gilt nicht mehr")
    assert faults(visitor.reader) == []
    fits(visitor)


@every_look
def test_nothing_to_complain_about_on_ones_own_pages(come, look, size):
    visitor = come(color_scheme=look, **size).goes("/").signs_in().is_in()
    visitor.goes("/x/auth/account/password").presses("Change the password").sees("Enter the current password.")
    assert faults(visitor.reader) == []
    fits(visitor)
    visitor.goes("/x/auth/account/second-factor").heading("Second factor").presses("Set it up")
    visitor.presses("Turn it on").sees("Enter the code.")
    assert faults(visitor.reader) == []
    fits(visitor)


def test_the_picture_holds_the_key_and_stays_readable_in_the_dark(come):
    visitor = come(color_scheme="dark").goes("/").signs_in().is_in()
    visitor.goes("/x/auth/account/second-factor").presses("Set it up").heading("Set up the second factor")
    box = visitor.page.locator(".qr svg").bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"])
    assert box["width"] > 150
    assert (
        visitor.page.locator(".qr").evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 255)"
    )


def fits(visitor: Visitor) -> None:
    """Nothing reaches beyond the window's width."""
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
