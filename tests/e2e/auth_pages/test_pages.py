"""The pages of access in a browser: people, roles, looking on as somebody, one's own account, signing out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Reader
from tests.e2e.ui.test_accessibility import faults

ComeIn = Callable[..., Reader]
Add = Callable[[Reader, str, str], None]
SIGN_IN = re.compile(r"/x/auth/sign-in")
WITHIN_MS = 20_000


def entry(reader: Reader, title: str):
    return reader.page.locator(".st-key-host-menu").get_by_role("button", name=title, exact=True)


def account_button(page: Page):
    return page.locator(".st-key-host-account button").first


def told(reader: Reader, words: str) -> None:
    """Wait for a short message."""
    expect(reader.page.get_by_test_id("stToast").filter(has_text=words).first).to_be_visible()


def test_the_account_menu_leads_to_settings_and_out_by_keyboard_alone(come_in: ComeIn) -> None:
    reader = come_in()
    page = reader.page
    expect(account_button(page)).to_have_accessible_name(re.compile("Ada Lovelace"))
    account_button(page).focus()
    page.keyboard.press("Enter")
    settings = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Settings")
    expect(settings).to_be_visible()
    settings.focus()
    page.keyboard.press("Enter")
    reader.heading_or_title("Settings").sees("Who you are").sees("This device")
    page.keyboard.press("Escape")
    account_button(page).focus()
    page.keyboard.press("Enter")
    leave = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Sign out")
    settings.focus()
    page.keyboard.press("Tab")
    expect(leave).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(SIGN_IN)
    page.goto(reader.app.url)
    expect(page).to_have_url(SIGN_IN)


def test_a_new_person_sees_what_is_theirs_and_more_as_soon_as_a_role_is_given(come_in: ComeIn, add: Add) -> None:
    operator = come_in()
    add(operator, "ben", "Ben Okafor")
    ben = come_in("ben")
    expect(entry(ben, "Home")).to_be_visible()
    expect(entry(ben, "People")).to_have_count(0)
    ben.open("auth/users").sees("Not open to you")

    operator.open("auth/users", q="ben").page.get_by_role("button", name="Open").first.click()
    operator.sees("b").sees("Permissions besides the roles")
    operator.page.get_by_role("combobox", name="Role").click()
    operator.page.get_by_role("option", name="Operator").click()
    operator.press("Give")
    told(operator, "In force on every process.")
    ben.open("home")
    expect(entry(ben, "People")).to_be_visible(timeout=WITHIN_MS)


def test_looking_on_as_somebody_changes_nothing_and_ends_where_it_began(come_in: ComeIn, add: Add) -> None:
    operator = come_in()
    add(operator, "carla", "Carla Weiss")
    operator.open("auth/users", q="carla").page.get_by_role("button", name="Open").first.click()
    operator.sees("Why may this person").page.get_by_role("button", name="View as").click()
    banner = operator.page.get_by_role("status").filter(has_text="You see the app as Carla Weiss")
    expect(banner).to_be_visible()
    expect(entry(operator, "People")).to_have_count(0)
    operator.open("settings")
    expect(banner).to_be_visible()
    top = banner.bounding_box()
    operator.prefers("Deutsch")
    expect(operator.page.get_by_text("Sie sehen die App als Carla Weiss")).to_be_visible()
    assert top is not None
    name = operator.page.get_by_test_id("stMain").get_by_label("Name", exact=True)
    expect(name).to_have_value("Carla Weiss")
    expect(operator.page.get_by_role("button", name="Speichern")).to_be_disabled()
    assert faults(operator) == []
    operator.page.get_by_role("button", name="Beenden").click()
    operator.drawn()
    expect(operator.page.get_by_text("Sie sehen die App als")).to_have_count(0)
    expect(operator.page.get_by_role("heading", level=1, name="Carla Weiss")).to_be_visible()
    expect(entry(operator, "Personen")).to_be_visible()


def test_signing_out_elsewhere_puts_the_other_browser_before_the_door(come_in: ComeIn) -> None:
    here, there = come_in(), come_in()
    there.open("home")
    here.open("settings").press("Sign out everywhere else")
    told(here, "You are signed out everywhere else.")
    expect(there.page).to_have_url(SIGN_IN, timeout=WITHIN_MS)
    here.open("settings").sees("You are signed in nowhere else.")


def test_a_role_is_changed_by_keyboard(come_in: ComeIn) -> None:
    reader = come_in().open("auth/roles", role="viewer", q="see who may sign in")
    box = reader.page.get_by_role("combobox", name="See who may sign in")
    box.focus()
    reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("Enter")
    told(reader, "Changed: auth.users.read.")
    reader.sees("granted")


def opens_the_first(reader: Reader) -> str:
    """Open the first person of the list and return the id."""
    main = reader.open("auth/users").page.get_by_test_id("stMain")
    main.get_by_role("button", name=re.compile("Open|Öffnen")).first.click()
    expect(reader.page).to_have_url(re.compile("page=auth%2Fuser&|page=auth/user&"))
    found = re.search(r"[?&]id=(\w+)", reader.page.url)
    assert found is not None
    return found[1]


PAGES = (
    ("auth/users", {}),
    ("auth/roles", {}),
    ("auth/roles", {"role": "editor", "q": "auth"}),
    ("auth/sessions", {}),
    ("settings", {}),
)


@pytest.mark.parametrize(
    ("width", "look"),
    [
        (1280, "light"),
        (360, "dark"),
        pytest.param(1280, "dark", marks=pytest.mark.long),
        pytest.param(360, "light", marks=pytest.mark.long),
    ],
)
def test_every_page_fits_and_axe_finds_nothing_serious(come_in: ComeIn, look: str, width: int) -> None:
    language = "de-DE" if width < 500 else "en-US"
    reader = come_in(width=width, height=740, color_scheme=look, has_touch=width < 500, locale=language)
    person = opens_the_first(reader)
    views = [("auth/user", {"id": person, "view": view}) for view in ("access", "sign-in", "history")]
    for path, params in (*PAGES, *views):
        reader.open(path, **params)
        assert reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
        assert faults(reader) == [], (path, params)
    account_button(reader.page).click()
    expect(reader.page.get_by_test_id("stPopoverBody")).to_be_visible()
    assert faults(reader) == []
