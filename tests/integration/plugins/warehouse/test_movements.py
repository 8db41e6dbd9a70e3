"""Movements: one row each, sums in the same transaction, never below zero."""

from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import func, select

from host import PermissionDeniedError
from plugins.warehouse.api import StockChanged
from plugins.warehouse.faults import InputError
from plugins.warehouse.models import Article, Movement
from plugins.warehouse.services.movements import Booking, MovementFilter
from plugins.warehouse.services.paging import Window
from tests.integration.plugins.warehouse.house import House, acting, principal


def stock(house: House, article: Article) -> Decimal:
    return house.articles.get(article.id).stock


def count(house: House) -> int:
    with house.database.begin(readonly=True) as unit:
        return unit.session.scalar(select(func.count()).select_from(Movement)) or 0


def test_in_out_transfer_correction(house: House) -> None:
    article = house.article(unit="kg")
    house.movements.receive(house.booking(article, "10.5"), date(2031, 5, 1))
    house.movements.transfer(house.booking(article, 4), "Regal 2")
    house.movements.issue(house.booking(article, "0.125"))
    house.movements.correct(house.booking(article, "3.9", place="REGAL 2"))
    assert {(shelf.code, str(shelf[4])) for shelf in house.lots.shelves(article.id)} == {
        ("HL-01", "6.375"),
        ("REGAL 2", "3.9"),
    }
    assert stock(house, article) == Decimal("10.275")
    assert house.agreement.everything() == []
    found = house.movements.find(MovementFilter(), Window())
    assert [row.kind for row in found.rows] == ["correction", "out", "transfer", "in"]
    assert {row.by for row in found.rows} == {"Anna Lager"}


def test_never_more_out_than_there_is(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 3))
    with pytest.raises(InputError, match="3") as caught:
        house.movements.issue(house.booking(article, 4))
    assert caught.value.of("quantity")
    assert (stock(house, article), count(house)) == (3, 1)


def test_never_more_out_of_a_place_than_lies_there(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 3, place="A"))
    house.movements.receive(house.booking(article, 3, place="B"))
    with pytest.raises(InputError, match="At A"):
        house.movements.issue(house.booking(article, 4, place="A"))
    with pytest.raises(InputError, match="At A"):
        house.movements.transfer(house.booking(article, 4, place="A"), "B")
    assert count(house) == 2


def test_reserved_goods_stay(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    house.orders.reserve(house.order((article, 3)))
    with pytest.raises(InputError, match="reserved"):
        house.movements.issue(house.booking(article, 3))
    with pytest.raises(InputError, match="reserved"):
        house.movements.correct(house.booking(article, 2))
    house.movements.issue(house.booking(article, 2))
    assert stock(house, article) == 3


@pytest.mark.parametrize(
    ("quantity", "place", "lot", "match"),
    [
        ("0", "A", "", "above zero"),
        ("-1", "A", "", "above zero"),
        ("1.5", "A", "", "decimals"),
        ("1", " ", "", "place is missing"),
        ("1", "A" * 41, "", "at most 40"),
        ("1", "A", "L" * 61, "at most 60"),
        ("1", "A", "\x00", "printed"),
    ],
)
def test_bad_input_writes_nothing(house: House, quantity: str, place: str, lot: str, match: str) -> None:
    article = house.article()
    with pytest.raises(InputError, match=match):
        house.movements.receive(Booking(article_id=article.id, quantity=Decimal(quantity), place=place, lot=lot))
    assert count(house) == 0
    assert house.places.codes() == []
    assert house.heard == []


def test_a_lot_keeps_its_best_before_date(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 1), date(2031, 5, 1))
    house.movements.receive(house.booking(article, 1))
    with pytest.raises(InputError, match="2031-05-01"):
        house.movements.receive(house.booking(article, 1), date(2031, 6, 1))
    assert stock(house, article) == 2


def test_the_same_click_books_once(house: House) -> None:
    article = house.article()
    booking = Booking(article_id=article.id, quantity=Decimal(2), place="A", request_id="click-1")
    first, second = house.movements.receive(booking), house.movements.receive(booking)
    assert (first.id, stock(house, article)) == (second.id, 2)


def test_correction_without_difference_is_refused(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 2))
    with pytest.raises(InputError, match="nothing to correct"):
        house.movements.correct(house.booking(article, 2))


def test_unknown_article_lot_place(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 2))
    with pytest.raises(InputError, match="no article 999"):
        house.movements.receive(Booking(article_id=999, quantity=Decimal(1), place="A"))
    with pytest.raises(InputError, match="no lot X"):
        house.movements.issue(house.booking(article, 1, lot="X"))
    with pytest.raises(InputError, match="no place NOWHERE"):
        house.movements.issue(house.booking(article, 1, place="nowhere"))


def test_tells_others_after_commit_only(house: House) -> None:
    article = house.article()
    with house.database.begin():
        house.movements.receive(house.booking(article, 2))
        assert house.heard == []
    assert house.heard == [StockChanged(article.id, "A-1", Decimal(2), Decimal(0))]


def test_simultaneous_issues_queue(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    refused: list[InputError] = []

    def issue() -> None:
        with acting(principal()):
            try:
                house.movements.issue(house.booking(article, 2))
            except InputError as error:
                refused.append(error)

    threads = [Thread(target=issue) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (stock(house, article), len(refused)) == (1, 4)
    assert house.agreement.everything() == []


def test_booking_needs_permission(house: House) -> None:
    article = house.article()
    with acting(principal("warehouse.read")), pytest.raises(PermissionDeniedError):
        house.movements.receive(house.booking(article, 1))
