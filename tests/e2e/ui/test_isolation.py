"""A page that fails, and one that is taken away while it is open."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import PLUGINS, Reader

ERROR_ID = re.compile(r"E-[2-9A-HJKMNP-Z]{8}")


def test_a_page_that_raises_becomes_a_card_that_says_whose_it_is_and_the_log_has_the_rest(reader: Reader) -> None:
    reader.open("shop/broken").sees("the half before").sees("“Broken page” can't be shown").sees("shop 1.0")
    shown = reader.page.get_by_test_id("stMain").inner_text()
    assert "secret" not in shown
    assert "Traceback" not in shown
    found = ERROR_ID.search(shown)
    assert found is not None
    line = next(line for line in reader.app.web.lines() if line.get("error_id") == found.group())
    assert line["plugin"] == "shop"
    assert line["page"] == "shop/broken"
    assert line["correlation_id"]


def test_the_rest_goes_on_and_trying_again_mends_the_page(reader: Reader) -> None:
    reader.open("shop/broken").press("Try again").sees("whole again")
    expect(reader.page.get_by_role("alert")).to_have_count(0)
    reader.menu("Articles").sees("Running low")


def test_a_page_that_ends_the_interpreter_is_caught_like_any_other(reader: Reader) -> None:
    reader.open("shop/leaving").sees("“Leaving page” can't be shown").menu("Till").sees("heard")


def test_a_block_fails_alone(reader: Reader) -> None:
    reader.open("shop/parts").sees("“First part” can't be shown").sees("the second block stands").sees("clock ran")


def test_an_action_that_fails_says_so_and_leaves_the_page(reader: Reader) -> None:
    reader.open("shop/till").press("Fail")
    toast = reader.page.get_by_test_id("stToast")
    expect(toast).to_contain_text(ERROR_ID)
    expect(toast).not_to_contain_text("secret")
    reader.sees("heard")


def test_a_page_taken_away_while_open_sends_nothing_more_and_its_buttons_do_nothing(reader: Reader) -> None:
    reader.open("shop/revocable").sees("secret stock")
    sold = reader.app.told("sold")
    (reader.app.root / "revoked").touch()
    try:
        reader.press("Sell").sees("The stocktaking is under way.")
        expect(reader.page.get_by_text("secret stock")).to_have_count(0)
        assert reader.app.told("sold") == sold
    finally:
        (reader.app.root / "revoked").unlink()


def test_a_part_of_a_page_taken_away_is_not_drawn_again(reader: Reader) -> None:
    reader.open("shop/revocable").sees("secret stock")
    drawn = reader.page.get_by_text(re.compile(r"secret stock \d+")).inner_text()
    (reader.app.root / "revoked").touch()
    try:
        reader.press("Look again").sees("The stocktaking is under way.")
    finally:
        (reader.app.root / "revoked").unlink()
    reader.open("shop/revocable")
    after = reader.page.get_by_text(re.compile(r"secret stock \d+")).inner_text()
    assert int(after.split()[-1]) == int(drawn.split()[-1]) + 1


def test_an_audience_that_shrinks_empties_the_menu_of_an_open_browser_by_itself(reader: Reader) -> None:
    reader.open("shop/till").sees("heard")
    reader.app.choose(PLUGINS + '[plugins.shop.expose]\nroles = ["nobody"]\n')
    try:
        expect(reader.page.locator(".st-key-host-menu").get_by_role("button", name="Till")).to_have_count(
            0, timeout=40_000
        )
        reader.sees("Page not found")
    finally:
        reader.app.choose(PLUGINS)
