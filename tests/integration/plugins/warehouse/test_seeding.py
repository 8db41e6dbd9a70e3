"""Larger example companies: sums agree at every stop, a stopped run goes on, and who writes beside isn't disturbed."""

import pytest
from sqlalchemy import func, select

from host import SeedProgress
from plugins.warehouse.models import Article, Movement
from plugins.warehouse.order_models import Order, Reservation
from plugins.warehouse.seeding.trade import LARGE, MEDIUM, Scale, history
from plugins.warehouse.seeding.trading import TradingCompany
from plugins.warehouse.services.movements import MovementFilter
from plugins.warehouse.services.order_lookup import OrderFilter
from plugins.warehouse.services.paging import Window
from tests.integration.plugins.warehouse.house import House

SMALL = Scale("S", 300, 20, block=1_500)


def counted(house: House, model: type) -> int:
    with house.database.begin(readonly=True) as unit:
        return unit.session.scalar(select(func.count()).select_from(model)) or 0


def test_it_comes_once_tells_its_progress_and_agrees(house: House) -> None:
    said = list(TradingCompany(house.database, SMALL).run())
    progress = [each for each in said if isinstance(each, SeedProgress)]
    assert [each.done for each in progress] == sorted(each.done for each in progress)
    assert (progress[-1].done, progress[-1].total, len(progress)) == (6_000, 6_000, len(SMALL.blocks))
    assert said[-1] == "6000 movements of 300 articles"
    assert (counted(house, Article), counted(house, Movement)) == (300, 6_000)
    assert house.agreement.everything() == []
    assert counted(house, Reservation) > 0
    assert list(TradingCompany(house.database, SMALL).run())[-1] == "0 movements of 300 articles"
    assert counted(house, Movement) == 6_000


def test_a_stopped_run_leaves_agreeing_sums_and_the_next_one_goes_on(house: House) -> None:
    stopped = TradingCompany(house.database, SMALL).run()
    next(stopped)
    next(stopped)
    stopped.close()
    before = counted(house, Movement)
    assert 0 < before < SMALL.total
    assert house.agreement.everything() == []
    # Somebody works on while only half of it is there.
    own = house.article("OWN", "Eigener Artikel")
    booked = house.movements.receive(house.booking(own, 3))
    order = house.order((own, 1))
    assert list(TradingCompany(house.database, SMALL).run())[-1] == f"{SMALL.total - before} movements of 300 articles"
    assert house.agreement.everything() == []
    assert counted(house, Movement) == SMALL.total + 1
    with house.database.begin(readonly=True) as unit:
        assert booked.id == unit.session.scalar(select(func.max(Movement.id)))
        assert order == unit.session.scalar(select(func.max(Order.id)))


def test_rows_lie_in_the_order_of_time(house: House) -> None:
    list(TradingCompany(house.database, SMALL).run())
    with house.database.begin(readonly=True) as unit:
        for model, moment in ((Movement, Movement.at), (Order, Order.created_at)):
            moments = list(unit.session.scalars(select(moment).order_by(model.id)))
            assert moments == sorted(moments)
    newest = house.movements.find(MovementFilter(), Window()).rows
    assert newest[0].id == max(row.id for row in newest)
    shipped = house.lookup.find(OrderFilter(state="shipped"), Window()).rows[0]
    assert house.lookup.get(shipped.id).lines


@pytest.mark.parametrize("scale", [MEDIUM, LARGE])
def test_blocks_cover_every_article_once_and_histories_are_the_same_every_time(scale: Scale) -> None:
    assert sorted(index for block in scale.blocks for index in block) == list(range(scale.articles))
    assert max(len(block) for block in scale.blocks) * scale.movements <= scale.block
    assert history(scale, 7) == history(scale, 7)
    numbers = {scale.example(index).entered.barcode for index in range(scale.articles)}
    assert len(numbers) == scale.articles
    assert LARGE.total == 1_000_000


def test_nothing_is_ever_taken_that_is_not_there() -> None:
    for index in range(300):
        lying: dict[tuple[str, str], int] = {}
        for step in history(LARGE, index).steps:
            for place, change in ((step.source, -step.quantity), (step.target, step.quantity)):
                if place:
                    key = (step.lot.number, place)
                    lying[key] = lying.get(key, 0) + change
                    assert lying[key] >= 0
