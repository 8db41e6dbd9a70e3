"""Getting about in a real browser: no reload, one history entry, the same page by menu, address, back and forward."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Reader


def test_the_first_page_of_the_menu_opens_without_an_address(reader: Reader) -> None:
    reader.open()
    expect(reader.page).to_have_title("Home · Holdfast")
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("root")


def test_the_menu_swaps_the_page_without_a_reload_and_by_one_history_entry(reader: Reader) -> None:
    reader.open()
    reader.page.evaluate("window.stillHere = true")
    entries = reader.page.evaluate("history.length")
    reader.menu("Articles").sees("Running low")
    expect(reader.page).to_have_url(re.compile(r"\?page=shop%2Farticles$"))
    assert reader.page.evaluate("window.stillHere")
    assert reader.page.evaluate("history.length") == entries + 1
    expect(reader.page.locator('.st-key-host-menu [aria-current="page"]')).to_have_text(re.compile("Articles"))


def test_the_browsers_back_and_forward_change_only_the_page(reader: Reader) -> None:
    reader.open().menu("Till")
    reader.page.get_by_label("Name").fill("Ada")
    reader.page.get_by_label("Name").press("Tab")
    reader.menu("Articles")
    reader.page.go_back()
    reader.heading_or_title("Till")
    expect(reader.page.get_by_label("Search")).to_have_count(0)
    reader.page.go_forward()
    reader.heading_or_title("Articles").sees("Running low")


def test_a_deep_link_opens_the_page_with_its_parameters(reader: Reader) -> None:
    reader.open("shop/articles", q="screw", size=50, sort="stock").sees("params 'screw' 50 stock []")


def test_a_list_parameter_is_written_by_repeating_it(reader: Reader) -> None:
    reader.page.goto(reader.app.address("shop/articles", tags="a") + "&tags=b")
    reader.drawn().sees("params '' 20 name ['a', 'b']")


def test_parameters_that_do_not_fit_are_named_and_the_defaults_hold(reader: Reader) -> None:
    reader.open("shop/articles", size=5000, sort="colour", q="nut").sees("params 'nut' 20 name []")
    reader.sees("“size” the value “5000”").sees("It must be at most 100.").sees("“sort” the value “colour”")


def test_a_missing_parameter_is_named_instead_of_running_the_page(reader: Reader) -> None:
    reader.open("shop/article").sees("It must name: id.")


def test_navigating_from_a_callback_in_the_page_runs_the_new_page_once(reader: Reader) -> None:
    reader.open("shop/articles").sees("Running low")
    entries = reader.page.evaluate("history.length")
    reader.press("Open article").heading_or_title("Article")
    expect(reader.page.get_by_role("heading", name="Article 7")).to_be_visible()
    expect(reader.page).to_have_url(re.compile("page=shop%2Farticle&id=7"))
    assert reader.page.evaluate("history.length") == entries + 1


def test_navigating_from_the_pages_body_works_too(reader: Reader) -> None:
    reader.open("shop/articles").press("Open in the body")
    expect(reader.page.get_by_role("heading", name="Article 8")).to_be_visible()


def test_new_parameters_of_the_same_page_rerun_the_page_only(reader: Reader) -> None:
    reader.open("shop/articles").press("size 50").sees("params '' 50 name []")
    expect(reader.page).to_have_url(re.compile("size=50"))
    reader.press("size 70").sees("params '' 70 name []")
    reader.page.go_back()
    reader.sees("params '' 50 name []")


def test_back_leads_where_the_reader_came_from_and_an_action_finishes_after_navigating(reader: Reader) -> None:
    reader.open("shop/articles", q="nut").press("Open article").heading_or_title("Article")
    reader.press("Back").heading_or_title("Articles").sees("params 'nut' 20")
    reader.press("Open article").heading_or_title("Article").press("Save and leave").heading_or_title("Articles")
    assert "after navigate" in reader.app.told("sold")


def test_an_unknown_address_is_answered_with_the_way_home(reader: Reader) -> None:
    reader.open("shop/nowhere").heading_or_title("Page not found").press("Go to Home").heading_or_title("Home")


def test_a_guard_refuses_with_its_reason_leads_elsewhere_or_fails_closed(reader: Reader) -> None:
    reader.open("shop/guarded").sees("The stocktaking is under way.")
    reader.open("shop/moved").heading_or_title("Articles").sees("Running low")
    reader.open("shop/unjudged").sees("It could not be checked whether you may open this page")


def test_a_page_class_hears_of_arrival_parameters_and_leaving_once_each(reader: Reader) -> None:
    before = len(reader.app.told("heard"))
    reader.open("shop/till").sees("heard ['entered']")
    reader.press("Refund").drawn()
    reader.menu("Articles").sees("Running low")
    assert reader.app.told("heard")[before:] == ["entered", "left"]
    assert reader.app.told("visits")[-2:] == ["- > shop/till", "shop/till > shop/articles"]


def test_a_click_in_a_part_reruns_the_part_and_a_click_on_the_page_not_the_shell(reader: Reader) -> None:
    reader.open("shop/parts").sees("parts ran")
    page_runs = reader.page.get_by_text(re.compile(r"parts ran \d+")).inner_text()
    part_runs = reader.page.get_by_text(re.compile(r"clock ran \d+")).inner_text()
    reader.press("Tick")
    expect(reader.page.get_by_text(re.compile(r"clock ran \d+"))).not_to_have_text(part_runs)
    assert reader.page.get_by_text(re.compile(r"parts ran \d+")).inner_text() == page_runs


def test_a_page_without_fragment_runs_with_the_app(reader: Reader) -> None:
    reader.open("shop/whole").sees("whole ran")
    runs = reader.page.get_by_text(re.compile(r"whole ran \d+")).inner_text()
    reader.press("Again")
    expect(reader.page.get_by_text(re.compile(r"whole ran \d+"))).not_to_have_text(runs)
