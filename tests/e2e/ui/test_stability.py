"""Nothing moves: layout shifts at load and at every switch, the height of the stage, no ghosts of the page before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader

WATCH = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts.push(entry.value)))
  .observe({type: 'layout-shift', buffered: true});
"""
ANCHORS = """
['.host-brand', '.st-key-host-menu', '.st-key-host-preferences', '.st-key-host-stage'].map(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  return [name, Math.round(box.x), Math.round(box.y)];
})
"""
ROUND = ["Articles", "Till", "Page of parts", "Broken page", "Home", "Articles"]


@pytest.mark.parametrize("width", [1280, 390])
def test_loading_shifts_nothing(read: Callable[..., Reader], width: int) -> None:
    reader = read(width=width)
    reader.page.add_init_script(WATCH)
    for page in ("home", "shop/articles", "shop/till"):
        reader.open(page)
        assert sum(reader.page.evaluate("window.shifts")) <= 0.01


def test_switching_pages_moves_neither_menu_nor_bar_nor_stage(reader: Reader) -> None:
    reader.open()
    anchors = reader.page.evaluate(ANCHORS)
    for title in ROUND:
        reader.menu(title)
        assert reader.page.evaluate(ANCHORS) == anchors


def test_the_stage_never_collapses_during_a_switch(reader: Reader) -> None:
    reader.open("shop/articles").sees("Running low")
    reader.page.evaluate("""() => {
      window.heights = [];
      const stage = () => document.querySelector('.st-key-host-stage');
      const look = () => { window.heights.push(stage().offsetHeight); requestAnimationFrame(look); };
      look();
    }""")
    for title in ROUND:
        reader.menu(title)
    lowest, window = reader.page.evaluate("[Math.min(...window.heights), window.innerHeight]")
    assert lowest >= 0.8 * window - 1


def test_nothing_of_the_page_before_stays_usable(reader: Reader) -> None:
    reader.open("shop/till").menu("Articles").sees("Running low")
    expect(reader.page.get_by_label("Name")).to_have_count(0)
    expect(reader.page.get_by_role("button", name="Refund")).to_have_count(0)


def test_a_new_page_begins_at_its_top_and_back_returns_to_where_the_reader_was(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 420})
    reader.open("shop/articles").sees("Running low")
    main = reader.page.get_by_test_id("stMain")
    main.evaluate("each => { each.scrollTop = 250; }")
    reader.menu("Till")
    assert main.evaluate("each => each.scrollTop") == 0
    reader.page.go_back()
    reader.heading_or_title("Articles").sees("articles ran")
    reader.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 250")
