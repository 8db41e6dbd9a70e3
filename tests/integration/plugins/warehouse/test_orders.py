"""Orders: reserved first expiring first, never more than is free; shipped, cancelled, released exactly."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import update

from host import AUDITED, PermissionDeniedError
from plugins.warehouse.faults import InputError
from plugins.warehouse.models import Article, Lot
from plugins.warehouse.order_models import Order
from plugins.warehouse.services.ledger import today
from plugins.warehouse.services.order_input import LineInput, OrderInput
from plugins.warehouse.services.order_lookup import OrderFilter
from plugins.warehouse.services.paging import Window
from tests.integration.plugins.warehouse.house import House, acting, principal

SOON, LATER = date(2031, 1, 1), date(2032, 1, 1)


def reserved(house: House, order: int) -> dict[str, int]:
    return {row.lot: int(row.quantity) for row in house.lookup.get(order).reservations}


@pytest.fixture
def tea(house: House) -> Article:
    """Three lots: the later one came first, one never expires."""
    article = house.article()
    house.movements.receive(house.booking(article, 5, lot="later"), LATER)
    house.movements.receive(house.booking(article, 5, lot="soon"), SOON)
    house.movements.receive(house.booking(article, 5, lot="never"))
    return article


def test_first_expiring_first(house: House, tea: Article) -> None:
    order = house.order((tea, 7))
    assert house.orders.reserve(order) == 0
    assert reserved(house, order) == {"soon": 5, "later": 2}
    assert house.articles.get(tea.id).reserved == 7


def test_expired_lots_are_left_out(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5, lot="old"), today() - timedelta(days=1))
    house.movements.receive(house.booking(article, 5, lot="today"), today())
    order = house.order((article, 8))
    assert house.orders.reserve(order) == 3
    assert reserved(house, order) == {"today": 5}


def test_two_orders_share_what_is_free(house: House, tea: Article) -> None:
    first, second = house.order((tea, 10)), house.order((tea, 10))
    assert house.orders.reserve(first) == 0
    assert house.orders.reserve(second) == 5
    assert house.orders.reserve(second) == 5
    house.orders.release(first)
    assert house.orders.reserve(second) == 0
    assert house.agreement.everything() == []


def test_two_lines_of_one_article(house: House, tea: Article) -> None:
    order = house.order((tea, 8), (tea, 8))
    assert house.orders.reserve(order) == 1
    assert house.articles.get(tea.id).reserved == 15
    house.orders.ship(order)
    assert house.articles.get(tea.id).stock == 0


def test_ships_from_every_place_of_a_lot(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 2, place="A"))
    house.movements.receive(house.booking(article, 4, place="B"))
    order = house.order((article, 5))
    house.orders.reserve(order)
    assert house.orders.ship(order) is True
    assert [(shelf.code, int(shelf[4])) for shelf in house.lots.shelves(article.id)] == [("B", 1)]
    detail = house.lookup.get(order)
    assert (detail.order.state, detail.reservations) == ("shipped", [])
    assert house.agreement.everything() == []


def test_partial_delivery_leaves_the_rest_open(house: House, tea: Article) -> None:
    order = house.order((tea, 20))
    assert house.orders.reserve(order) == 5
    assert house.orders.ship(order) is False
    house.movements.receive(house.booking(tea, 9, lot="new"))
    assert house.orders.reserve(order) == 0
    assert house.orders.ship(order) is True
    assert house.articles.get(tea.id).stock == 4


def test_cancelled_gives_back(house: House, tea: Article) -> None:
    order = house.order((tea, 3))
    house.orders.reserve(order)
    house.orders.cancel(order)
    article = house.articles.get(tea.id)
    assert (article.stock, article.reserved) == (15, 0)
    with pytest.raises(InputError, match="closed"):
        house.orders.reserve(order)


def test_nothing_ships_unreserved(house: House, tea: Article) -> None:
    with pytest.raises(InputError, match="Nothing is reserved"):
        house.orders.ship(house.order((tea, 3)))


def test_a_lot_that_expired_since_does_not_ship(house: House, tea: Article) -> None:
    order = house.order((tea, 3))
    house.orders.reserve(order)
    with house.database.begin() as unit:
        unit.session.execute(
            update(Lot).where(Lot.number == "soon").values(best_before=today() - timedelta(days=1)),
            execution_options=AUDITED,
        )
    with pytest.raises(InputError, match="soon"):
        house.orders.ship(order)
    assert house.articles.get(tea.id).stock == 15
    house.orders.release(order)
    house.orders.reserve(order)
    assert reserved(house, order) == {"later": 3}


def test_every_fault_at_once(house: House) -> None:
    with pytest.raises(InputError) as caught:
        house.orders.create(OrderInput(" ", [], number="x" * 41))
    assert [fault.field for fault in caught.value.faults] == ["customer", "number", "lines"]


def test_lines_are_checked(house: House) -> None:
    article = house.article()
    for line, match in ((LineInput(99, Decimal(1)), "no article"), (LineInput(article.id, Decimal("0.5")), "decimals")):
        with pytest.raises(InputError, match=match):
            house.orders.create(OrderInput("Müller", [line]))
    assert house.lookup.find(OrderFilter(), Window()).total == 0


def test_numbers_are_unique_and_found(house: House, tea: Article) -> None:
    first = house.orders.create(OrderInput("Müller GmbH", [LineInput(tea.id, Decimal(1))]))
    with pytest.raises(InputError, match="already"):
        house.orders.create(OrderInput("Meier", [LineInput(tea.id, Decimal(1))], number=first.number))
    second = house.order((tea, 2), customer="Meier")
    found = house.lookup.find(OrderFilter("mueller"), Window())
    assert [(row.number, row.lines, row.reserved_lines) for row in found.rows] == [(first.number, 1, 0)]
    assert house.lookup.find(OrderFilter(), Window()).rows[0].id == second
    assert house.lookup.find(OrderFilter(state="shipped"), Window()).total == 0


def test_simultaneous_reservations_share_exactly(house: House, tea: Article) -> None:
    other = house.article("B-2", "Kaffee")
    house.movements.receive(house.booking(other, 9))
    orders = [house.order((tea, 4), (other, 4)) for _ in range(3)] + [house.order((other, 4), (tea, 4))]

    def reserve(order: int) -> None:
        with acting(principal()):
            house.orders.reserve(order)

    threads = [Thread(target=reserve, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (house.articles.get(tea.id).reserved, house.articles.get(other.id).reserved) == (15, 9)
    assert house.agreement.everything() == []


EDITOR = ("warehouse.read", "warehouse.edit", "warehouse.cancel")


def test_an_order_is_cancelled_by_who_placed_it(house: House, tea: Article) -> None:
    with acting(principal(*EDITOR, user_id="mia")):
        order = house.order((tea, 3))
        house.orders.reserve(order)
    # Of the same name, but somebody else.
    with acting(principal(*EDITOR, user_id="max")):
        with pytest.raises(PermissionDeniedError, match=r"warehouse\.rule\.cancel"):
            house.orders.cancel(order)
        assert house.lookup.get(order).order.state == "open"
        house.orders.release(order)
    with acting(principal(*EDITOR, user_id="mia")):
        house.orders.cancel(order)
        assert house.lookup.get(order).order.state == "cancelled"


def test_an_operator_cancels_anybodys_order(house: House, tea: Article) -> None:
    order = house.order((tea, 3))
    with acting(principal("warehouse.cancel", "warehouse.cancel_any", user_id="olga")):
        house.orders.cancel(order)


def test_an_order_of_long_ago_is_nobodys_own(house: House, tea: Article) -> None:
    order = house.order((tea, 3))
    with house.database.begin() as unit:
        unit.session.get_one(Order, order).by_id = None
    with acting(principal(*EDITOR, user_id="")), pytest.raises(PermissionDeniedError):
        house.orders.cancel(order)


def test_cancelling_needs_its_permission_also_for_ones_own(house: House, tea: Article) -> None:
    order = house.order((tea, 3))
    with acting(principal("warehouse.read", "warehouse.edit")), pytest.raises(PermissionDeniedError):
        house.orders.cancel(order)


def test_an_order_is_found_by_its_number_as_people_type_it(house: House, tea: Article) -> None:
    order = house.orders.create(OrderInput("Müller", [LineInput(tea.id, Decimal(1))], number="Ab-1"))
    found = house.lookup.numbered(" ab-1 ")
    assert found is not None
    assert found.id == order.id
    assert house.lookup.numbered("none") is None
