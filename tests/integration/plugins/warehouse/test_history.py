"""The history of a record: who changed what, without what bookings move; and back to an earlier version."""

from dataclasses import replace

import pytest

from host import PermissionDeniedError
from plugins.warehouse.faults import InputError
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.history import Change
from plugins.warehouse.services.supplier_input import SupplierInput
from tests.integration.plugins.warehouse.house import House, acting, principal

TEA = ArticleInput("A-1", "Grüner Tee", category="Tee", unit="kg", price_cents=700)


def test_tells_who_changed_what_and_leaves_bookings_out(house: House) -> None:
    article = house.articles.create(TEA)
    house.movements.receive(house.booking(article, 5))
    house.articles.change(article, replace(TEA, name="Weißer Tee", price_cents=800))
    house.movements.issue(house.booking(article, 5))
    house.deletion.delete(article.id)
    house.deletion.restore(article.id)
    versions = house.history.of_article(article.id)
    assert [version.action for version in versions] == ["restore", "soft_delete", "update", "insert"]
    assert {version.by for version in versions} == {"Anna Lager"}
    assert versions[2].changes == (Change("name", "Grüner Tee", "Weißer Tee"), Change("price_cents", 700, 800))
    assert Change("unit", None, "kg") in versions[3].changes


def test_an_earlier_version_comes_back_without_moving_stock(house: House) -> None:
    article = house.articles.create(TEA)
    changed = house.articles.change(article, replace(TEA, number="A-2", name="Weißer Tee", category="Kaffee"))
    house.articles.change(changed, replace(TEA, number="A-3", name="Roter Tee", price_cents=900))
    house.movements.receive(house.booking(article, 5))
    first, second = house.history.of_article(article.id)[::-1][:2]
    back = house.history.bring_back(article.id, second.id)
    assert (back.number, back.name, back.category, back.price_cents, back.stock) == (
        "A-2",
        "Weißer Tee",
        "Kaffee",
        700,
        5,
    )
    assert house.articles.by_number("a-2") is not None
    back = house.history.bring_back(article.id, first.id)
    assert (back.number, back.name, back.category, back.version) == ("A-1", "Grüner Tee", "Tee", 5)
    assert len(house.history.of_article(article.id)) == 5
    assert house.agreement.everything() == []


def test_what_cannot_come_back_says_why(house: House) -> None:
    article = house.articles.create(TEA)
    first = house.history.of_article(article.id)[0]
    house.articles.change(article, replace(TEA, number="A-2", unit="pcs"))
    house.article("A-1", "Nachfolger")
    with pytest.raises(InputError, match="Another article has the number A-1"):
        house.history.bring_back(article.id, first.id)
    house.movements.receive(house.booking(article, 5))
    with pytest.raises(InputError, match="unit can't change"):
        house.history.bring_back(article.id, first.id)
    with pytest.raises(InputError, match="can't be found"):
        house.history.bring_back(article.id, first.id + 10_000)


def test_of_a_contact_is_known_only_that_it_changed(house: House) -> None:
    made = house.suppliers.create(SupplierInput("Teehandel", email="anna@tee.example"))
    house.suppliers.change(made, SupplierInput("Teehandel", "Köln", email="otto@tee.example"))
    update, insert = house.history.of_supplier(made.id)
    assert [change.field for change in update.changes] == ["city", "email"]
    assert {"name", "email"} <= {change.field for change in insert.changes}
    assert "example" not in str(update) + str(insert)


def test_history_is_read_and_brought_back_with_permission(house: House) -> None:
    article = house.articles.create(TEA)
    with acting(principal("warehouse.read")):
        version = house.history.of_article(article.id)[0]
        with pytest.raises(PermissionDeniedError):
            house.history.bring_back(article.id, version.id)
    with acting(principal("warehouse.edit")), pytest.raises(PermissionDeniedError):
        house.history.of_article(article.id)
