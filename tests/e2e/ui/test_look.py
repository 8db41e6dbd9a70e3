"""Appearance and language: chosen live, kept for the next visit; and how the shell behaves on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader

PAGES = ["home", "shop/articles", "shop/till", "shop/parts", "shop/nowhere"]
GROUND = {"light": "rgb(251, 252, 251)", "dark": "rgb(18, 24, 23)"}


def ground(reader: Reader, look: str) -> None:
    """Wait until the app has the ground colour of `look`."""
    expect(reader.page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[look])


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_look_follows_the_system_at_first(read: Callable[..., Reader], look: str) -> None:
    ground(read(color_scheme=look).open(), look)


def test_a_chosen_look_comes_at_once_without_a_reload_and_stays(reader: Reader) -> None:
    reader.open("shop/articles")
    reader.page.evaluate("window.stillHere = true")
    reader.prefers("Dark")
    ground(reader, "dark")
    assert reader.page.evaluate("window.stillHere")
    reader.menu("Till")
    ground(reader, "dark")
    reader.open("shop/till")
    ground(reader, "dark")
    reader.prefers("Light")
    ground(reader, "light")


def test_back_to_automatic_follows_the_system_again_even_while_the_page_is_open(read: Callable[..., Reader]) -> None:
    reader = read(color_scheme="light").open()
    reader.prefers("Dark")
    ground(reader, "dark")
    reader.prefers("Automatic")
    ground(reader, "light")
    reader.page.emulate_media(color_scheme="dark")
    ground(reader, "dark")


def test_the_language_follows_the_browser_and_a_chosen_one_stays(read: Callable[..., Reader]) -> None:
    reader = read(locale="de-AT").open("shop/articles")
    expect(reader.page).to_have_title("Artikel · Holdfast")
    expect(reader.page.locator("html")).to_have_attribute("lang", "de")
    reader.page.locator(".st-key-host-preferences button").first.click()
    reader.page.get_by_test_id("stPopoverBody").get_by_text("English", exact=True).click()
    reader.heading_or_title("Articles").sees("Running low")
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    reader.open("shop/till").heading_or_title("Till")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_scrolls_down_only(read: Callable[..., Reader], page: str, width: int) -> None:
    reader = read(width=width, height=740, has_touch=True, locale="de-DE").open(page)
    main = "document.querySelector('[data-testid=stMain]')"
    overflow = f"[document.documentElement, {main}].map(each => each.scrollWidth - each.clientWidth)"
    assert reader.page.evaluate(overflow) == [0, 0]


def test_the_phone_menu_opens_by_touch_and_closes_by_choosing(read: Callable[..., Reader]) -> None:
    reader = read(width=390, height=740, has_touch=True).open()
    sidebar = reader.page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    reader.page.get_by_test_id("stExpandSidebarButton").tap()
    entry = reader.page.locator(".st-key-host-menu").get_by_role("button", name="Articles")
    expect(entry).to_be_in_viewport()
    box = entry.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    entry.tap()
    reader.heading_or_title("Articles")
    expect(sidebar).to_have_attribute("data-collapsed", "true")


def test_the_view_menu_opens_by_touch(read: Callable[..., Reader]) -> None:
    reader = read(width=360, height=740, has_touch=True, locale="de-DE").open("shop/articles")
    reader.page.locator(".st-key-host-preferences button").first.tap()
    choice = reader.page.get_by_test_id("stPopoverBody").get_by_role("radio", name="Dunkel")
    box = choice.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    choice.tap()
    ground(reader, "dark")


def test_the_keyboard_reaches_the_menu_and_the_focus_is_seen(reader: Reader) -> None:
    reader.open()
    entry = reader.page.locator(".st-key-host-menu").get_by_role("button", name="Till")
    for _ in range(12):
        reader.page.keyboard.press("Tab")
        if entry.evaluate("each => each === document.activeElement"):
            break
    assert entry.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    reader.page.keyboard.press("Enter")
    reader.heading_or_title("Till")


def test_streamlits_own_chrome_stays_away(reader: Reader) -> None:
    reader.open("shop/articles")
    for part in ("stAppDeployButton", "stMainMenu", "stStatusWidget", "stDecoration"):
        assert not reader.page.get_by_test_id(part).is_visible()


def test_nothing_is_asked_of_another_host(reader: Reader) -> None:
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.open("shop/articles").sees("Running low")
    foreign = [url for url in asked if not re.match(r"(data|blob):|" + re.escape(reader.app.url), url)]
    assert foreign == []
    assert any("/_host/ui/shell.js" in url for url in asked)


def test_motion_stops_for_those_who_ask(read: Callable[..., Reader]) -> None:
    reader = read(reduced_motion="reduce").open()
    button = reader.page.locator(".st-key-host-menu button").first
    assert button.evaluate("each => parseFloat(getComputedStyle(each).transitionDuration)") < 0.001
