"""Articles: found whatever the spelling, sorted by German rules, never overwritten unseen."""

from dataclasses import replace
from decimal import Decimal

import pytest

from host import PermissionDeniedError
from plugins.warehouse.faults import InputError
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.articles import ArticleFilter
from plugins.warehouse.services.changed import ChangedMeanwhileError
from plugins.warehouse.services.paging import Window
from tests.integration.plugins.warehouse.house import House, acting, principal


def names(house: House, window: Window | None = None, **wanted: object) -> list[str]:
    part = house.articles.find(ArticleFilter(**wanted), window or Window(rows=100))  # type: ignore[arg-type]
    return [row.name for row in part.rows]


@pytest.mark.parametrize(
    "typed", ["grün", "GRÜN", "gruen", "grun", "tee grün", "a-1", "straße", "STRASSE", "400638133"]
)
def test_finds_whatever_the_spelling(house: House, typed: str) -> None:
    house.article("A-1", "Grüner Tee", category="Straßenverkauf", barcode="4006381333931")
    house.article("B-2", "Schwarzer Kaffee")
    assert names(house, text=typed) == ["Grüner Tee"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "a%1"])
def test_takes_wildcards_as_written(house: House, typed: str) -> None:
    house.article("A-1", "Grüner Tee")
    assert names(house, text=typed) == []


def test_sorts_umlauts_beside_their_vowels(house: House) -> None:
    for number, name in enumerate(["Zange", "Öl", "apfel", "Ofen", "Äther"]):
        house.article(f"N{number}", name)
    assert names(house, Window(sort="name")) == ["apfel", "Äther", "Ofen", "Öl", "Zange"]
    assert names(house, Window(sort="-name"))[0] == "Zange"


def test_unknown_sort_falls_back_to_the_first(house: House) -> None:
    house.article("B", "x")
    house.article("A", "y")
    assert names(house, Window(sort="name; DROP TABLE warehouse_article")) == ["y", "x"]


def test_pages_cover_everything_once(house: House) -> None:
    for number in range(23):
        house.article(f"N{number:02}", "gleich")
    seen: list[str] = []
    for page in (1, 2, 3):
        part = house.articles.find(ArticleFilter(), Window(page, rows=10, sort="name"))
        seen += [row.number for row in part.rows]
    assert len(seen) == len(set(seen)) == 23
    assert (part.total, part.pages) == (23, 3)
    assert house.articles.find(ArticleFilter(), Window(page=99, rows=10)).page == 3


def test_number_is_taken_whatever_its_case(house: House) -> None:
    house.article("ab-1", "x")
    with pytest.raises(InputError, match="AB-1") as caught:
        house.article("AB-1", "y")
    assert caught.value.of("number")
    assert names(house) == ["x"]


def test_second_editor_is_told(house: House) -> None:
    article = house.article()
    entered = ArticleInput("A-1", "Weißer Tee")
    house.articles.change(article, entered)
    with pytest.raises(ChangedMeanwhileError, match="Somebody else") as caught:
        house.articles.change(article, replace(entered, name="Roter Tee"))
    [name] = [each for each in caught.value.conflicts if each.field == "name"]
    assert (name.seen, name.theirs, name.mine) == ("Grüner Tee", "Weißer Tee", "Roter Tee")
    assert house.articles.get(article.id).name == "Weißer Tee"


def test_unit_stays_while_there_is_stock(house: House) -> None:
    article = house.article(unit="kg")
    house.movements.receive(house.booking(article, "1.5"))
    with pytest.raises(InputError, match="unit"):
        house.articles.change(article, ArticleInput("A-1", "x", unit="pcs"))


def test_minimum_fits_the_unit(house: House) -> None:
    with pytest.raises(InputError, match="decimals"):
        house.article(minimum_stock=Decimal("0.5"))
    assert house.article(unit="kg", minimum_stock=Decimal("0.5")).minimum_stock == Decimal("0.5")


def test_low_stock_counts_what_is_free(house: House) -> None:
    article = house.article(minimum_stock=Decimal(5))
    assert names(house, low=True) == ["Grüner Tee"]
    house.movements.receive(house.booking(article, 6))
    assert names(house, low=True) == []
    house.orders.reserve(house.order((article, 2)))
    assert names(house, low=True) == ["Grüner Tee"]


def test_inactive_articles_are_hidden(house: House) -> None:
    article = house.article()
    house.articles.change(article, ArticleInput("A-1", "Grüner Tee"), active=False)
    assert names(house) == []
    assert names(house, inactive=True) == ["Grüner Tee"]


def test_reading_and_editing_need_their_permission(house: House) -> None:
    with acting(principal("warehouse.read")):
        house.articles.find(ArticleFilter(), Window())
        with pytest.raises(PermissionDeniedError):
            house.article()
    with acting(principal("warehouse.edit")), pytest.raises(PermissionDeniedError):
        house.articles.find(ArticleFilter(), Window())


def test_quantities_are_in_the_article_s_unit_everywhere(house: House) -> None:
    article = house.article(unit="kg")
    house.movements.receive(house.booking(article, "10.5"))
    order = house.order((article, 2))
    house.orders.reserve(order)
    row = house.articles.find(ArticleFilter(), Window()).rows[0]
    assert (row.stock, row.reserved, row.free) == (Decimal("10.5"), 2, Decimal("8.5"))
    line = house.lookup.get(order).lines[0]
    assert (line.quantity, line.reserved, line.shipped, line.free) == (2, 2, 0, Decimal("8.5"))
