"""How long stock lasts: from what left the house, in the variant that the setting names."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from host import AUDITED
from plugins.warehouse.models import Article, Movement
from plugins.warehouse.services.ledger import today
from plugins.warehouse.services.reach import DAYS, DEMAND, Reach
from tests.integration.plugins.warehouse.house import House


@pytest.fixture
def cup(house: House) -> Article:
    """Ninety cups came, forty-five went eighty days ago."""
    cup = house.article("B", "Tasse")
    house.movements.receive(house.booking(cup, 90))
    gone = house.movements.issue(house.booking(cup, 45))
    with house.database.begin() as unit:
        long_ago = update(Movement).where(Movement.id == gone.id).values(day=today() - timedelta(days=80))
        unit.session.execute(long_ago, execution_options=AUDITED)
    return house.articles.get(cup.id)


def test_fast_is_the_mean_and_accurate_forgets_what_is_long_ago(house: House, cup: Article) -> None:
    assert Reach(house.database, "fast").days(cup) == 90
    accurate = Reach(house.database, "accurate").days(cup)
    assert accurate is not None
    assert accurate > 90 * 100


def test_what_is_reserved_is_not_counted(house: House, cup: Article) -> None:
    house.orders.reserve(house.order((cup, 15)))
    assert Reach(house.database, "fast").days(house.articles.get(cup.id)) == 60


def test_without_demand_there_is_no_estimate(house: House) -> None:
    idle = house.article("C", "Kanne")
    house.movements.receive(house.booking(idle, 5))
    assert Reach(house.database, "accurate").days(house.articles.get(idle.id)) is None


def test_steady_demand_is_estimated_alike_by_both() -> None:
    for compute in ("fast", "accurate"):
        assert DEMAND.variant(compute)([2.0] * DAYS) == pytest.approx(2.0)
