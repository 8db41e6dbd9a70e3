"""Deleting and restoring: only what nobody needs, gone everywhere, back exactly as it was."""

from dataclasses import replace

import pytest

from host import PermissionDeniedError
from plugins.warehouse.faults import InputError
from plugins.warehouse.models import Article
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.articles import ArticleFilter
from plugins.warehouse.services.movements import MovementFilter
from plugins.warehouse.services.paging import Window
from tests.integration.plugins.warehouse.house import House, acting, principal


def emptied(house: House, number: str = "A-1", lots: tuple[str, ...] = ("L1", "L2")) -> Article:
    """An article whose goods came and went."""
    article = house.article(number)
    for lot in lots:
        house.movements.receive(house.booking(article, 5, lot))
        house.movements.issue(house.booking(article, 5, lot))
    return article


def listed(house: House, **wanted: object) -> list[str]:
    return [row.number for row in house.articles.find(ArticleFilter(**wanted), Window(rows=100)).rows]  # type: ignore[arg-type]


def deleted(house: House) -> list[str]:
    part = house.deletion.find("", Window(rows=100))
    assert part.total == len(part.rows)
    return [row.number for row in part.rows]


def test_a_deleted_article_is_gone_from_every_list_but_its_own(house: House) -> None:
    article = emptied(house)
    house.deletion.delete(article.id)
    assert listed(house, inactive=True) == []
    assert house.articles.by_number("A-1") is None
    assert house.overview.figures().articles == 0
    assert deleted(house) == ["A-1"]
    with pytest.raises(InputError, match="no article"):
        house.movements.receive(house.booking(article, 1))
    with pytest.raises(InputError, match="no article"):
        house.order((article, 1))
    assert house.movements.find(MovementFilter(), Window(rows=10)).total == 4
    moved = house.movements.stretch(MovementFilter(article_id=article.id), rows=10)
    assert [row.number for row in moved.rows] == ["A-1"] * 4
    assert house.agreement.everything() == []


def test_what_has_stock_or_is_wanted_stays(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    with pytest.raises(InputError, match="5 in stock"):
        house.deletion.delete(article.id)
    house.movements.issue(house.booking(article, 5))
    order = house.order((article, 1))
    with pytest.raises(InputError, match=house.lookup.get(order).order.number):
        house.deletion.delete(article.id)
    house.orders.cancel(order)
    house.deletion.delete(article.id)
    line = house.lookup.get(order).lines[0]
    assert line.number == "A-1"


def test_a_number_is_free_again_and_a_restore_that_clashes_says_so(house: House) -> None:
    article = emptied(house)
    house.deletion.delete(article.id)
    other = house.article("a-1", "Nachfolger")
    with pytest.raises(InputError, match="belongs to another article"):
        house.deletion.restore(article.id)
    assert (deleted(house), listed(house)) == (["A-1"], ["a-1"])
    house.articles.change(other, ArticleInput("A-2", "Nachfolger"))
    restored = house.deletion.restore(article.id)
    assert (restored.number, restored.deleted_at, restored.version) == ("A-1", None, 3)
    assert listed(house) == ["A-1", "A-2"]


def test_what_was_deleted_before_stays_deleted(house: House) -> None:
    article = emptied(house, lots=("L1", "L2", "L3"))
    first = {lot.number: lot.id for lot in house.deletion.empty_lots(article.id)}
    house.deletion.delete_lot(first["L2"])
    house.deletion.delete(article.id)
    assert house.deletion.empty_lots(article.id) == []
    house.deletion.restore(article.id)
    assert [lot.number for lot in house.deletion.empty_lots(article.id)] == ["L3", "L1"]


def test_a_lot_entered_wrongly_makes_room_for_the_right_one(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    lot = house.lots.of_article(article.id)[0]
    with pytest.raises(InputError, match="holds 5"):
        house.deletion.delete_lot(lot.id)
    house.movements.issue(house.booking(article, 5))
    house.deletion.delete_lot(lot.id)
    house.movements.receive(house.booking(article, 7))
    assert [lot.quantity for lot in house.lots.of_article(article.id)] == [7]
    with pytest.raises(InputError, match="no such lot"):
        house.deletion.delete_lot(lot.id)


def test_what_is_not_deleted_cannot_be_restored(house: House) -> None:
    article = house.article()
    with pytest.raises(InputError, match="not deleted"):
        house.deletion.restore(article.id)
    with pytest.raises(InputError, match="no article"):
        house.deletion.restore(article.id + 1)


def test_a_deleted_article_cannot_be_changed(house: House) -> None:
    article = house.article()
    house.deletion.delete(article.id)
    with pytest.raises(InputError, match="no article"):
        house.articles.change(article, ArticleInput("A-1", "Neu"))
    assert house.articles.get(article.id).name == "Grüner Tee"


def test_an_import_brings_a_new_article_under_a_deleted_number(house: House) -> None:
    article = house.article()
    house.deletion.delete(article.id)
    done = house.load("Nr;Name\nA-1;Neu\n")
    assert (done.created, done.updated) == (1, 0)
    assert (listed(house), deleted(house)) == (["A-1"], ["A-1"])
    assert house.articles.get(article.id).name == "Grüner Tee"


def test_saving_without_a_change_changes_nothing(house: House) -> None:
    article = house.article(category="Tee")
    same = house.articles.change(article, ArticleInput("A-1", "Grüner Tee", category="Tee"))
    assert (same.version, same.updated_at) == (1, article.updated_at)
    assert house.articles.change(article, replace(ArticleInput("A-1", "x"), category="Tee")).version == 2


def test_deleting_needs_the_permission(house: House) -> None:
    article = house.article()
    with acting(principal("warehouse.read")):
        for work in (house.deletion.delete, house.deletion.restore, house.deletion.delete_lot):
            with pytest.raises(PermissionDeniedError):
                work(article.id)
