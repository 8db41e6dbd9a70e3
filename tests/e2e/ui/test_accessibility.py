"""axe on every kind of page, in both looks and at both widths; the list holds what is Streamlit's own, reviewed."""

from collections.abc import Callable
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import Reader

REVIEWED: Final[dict[str, str]] = {}
"""Rule → why it can't be mended here."""
PAGES = ["home", "shop/articles", "shop/widgets", "shop/till", "shop/parts", "shop/nowhere"]


def faults(reader: Reader) -> list[str]:
    """Return what axe finds serious, one line each."""
    found = Axe().run(reader.page).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical") and each["id"] not in REVIEWED]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for each in serious
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_serious_at_a_desk(read: Callable[..., Reader], page: str, look: str) -> None:
    assert faults(read(color_scheme=look, locale="de-DE").open(page)) == []


@pytest.mark.parametrize("page", ["home", "shop/articles"])
def test_nothing_serious_on_a_phone(read: Callable[..., Reader], page: str) -> None:
    assert faults(read(width=360, height=740, has_touch=True).open(page)) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_nothing_serious_in_the_view_menu(read: Callable[..., Reader], look: str) -> None:
    reader = read(color_scheme=look).open()
    reader.page.locator(".st-key-host-preferences button").first.click()
    reader.page.get_by_test_id("stPopoverBody").wait_for()
    assert faults(reader) == []
