"""The start page's figures, the example data, the agreement of sums and movements, what other plugins may read."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from host import AUDITED, PermissionDeniedError
from plugins.warehouse.api import StockApi
from plugins.warehouse.models import Lot, Movement
from plugins.warehouse.plugin import stock_health
from plugins.warehouse.seeding.seed import ExampleData
from plugins.warehouse.services.ledger import today
from plugins.warehouse.services.order_lookup import OrderFilter
from plugins.warehouse.services.paging import Window
from tests.integration.plugins.warehouse.house import House, acting, principal


def test_figures(house: House) -> None:
    tea = house.article("A", "Tee", unit="kg", price_cents=1250)
    cup = house.article("B", "Tasse", price_cents=300, minimum_stock=Decimal(5))
    house.movements.receive(house.booking(tea, "10.5"), today() + timedelta(days=29))
    house.movements.receive(house.booking(cup, 3))
    house.orders.reserve(house.order((cup, 1)))
    found = house.overview.figures()
    assert (found.articles, found.value_cents, found.low, found.expiring, found.open_orders) == (2, 14025, 1, 1, 1)
    assert [(row.number, row.free) for row in house.overview.low()] == [("B", 2)]
    assert [(row[5], row[1]) for row in house.lots.expiring()] == [("A", "L1")]


def test_history_goes_back_by_what_moved(house: House) -> None:
    cup = house.article("B", "Tasse", price_cents=300)
    first = house.movements.receive(house.booking(cup, 10))
    with house.database.begin() as unit:
        unit.session.execute(
            update(Movement).where(Movement.id == first.id).values(day=today() - timedelta(days=2)),
            execution_options=AUDITED,
        )
    house.movements.issue(house.booking(cup, 4))
    days = house.overview.history(4)
    assert [day.value for day in days] == [0, 3000, 3000, 1800]
    assert [(day.incoming, day.outgoing) for day in days] == [(0, 0), (3000, 0), (0, 0), (0, 1200)]


def test_an_empty_house_has_figures_too(house: House) -> None:
    assert house.overview.figures().value_cents == 0
    assert {day.value for day in house.overview.history(3)} == {0}


@pytest.mark.long
def test_example_data_comes_once_and_agrees(house: House) -> None:
    seed = ExampleData(house.database, house.articles, house.orders, house.suppliers)
    assert list(seed.run()) == ["200 articles", "2000 movements", "60 orders", "5 suppliers"]
    assert list(seed.run()) == ["0 articles", "0 movements", "0 orders", "0 suppliers"]
    assert house.agreement.everything() == []
    found = house.overview.figures()
    assert (found.articles, found.low > 0, found.expiring > 0) == (200, True, True)
    states = {state: house.lookup.find(OrderFilter(state=state), Window()).total for state in ("shipped", "cancelled")}
    assert min(states.values()) > 0
    suppliers = [house.suppliers.get(each) for each in house.suppliers.choices()]
    assert [each.contact["email"][1:] for each in suppliers if each.articles] == ["…@example.com"] * 5


@pytest.mark.parametrize("field", ["quantity", "reserved"])
def test_disagreement_is_found(house: House, field: str) -> None:
    cup = house.article()
    house.movements.receive(house.booking(cup, 10))
    house.orders.reserve(house.order((cup, 2)))
    assert stock_health(house.agreement).status == "ok"
    with house.database.begin() as unit:
        unit.session.execute(update(Lot).values({field: Decimal(9)}), execution_options=AUDITED)
    assert len(house.agreement.everything()) == 2
    health = stock_health(house.agreement)
    assert health.status == "failed"
    assert "kept" in health.detail


def test_other_plugins_read_stock(house: House) -> None:
    house.movements.receive(house.booking(house.article(), 10))
    level = StockApi(house.database).level("a-1")
    assert level is not None
    assert (level.name, level.stock, level.free) == ("Grüner Tee", 10, 10)
    assert StockApi(house.database).level("nothing") is None
    with acting(principal()), acting(principal("other")), pytest.raises(PermissionDeniedError):
        StockApi(house.database).level("a-1")
