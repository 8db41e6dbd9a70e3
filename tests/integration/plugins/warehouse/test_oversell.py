"""Eight processes that sell the same few goods at once: nothing is sold twice, and nothing is lost."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import func, select

from host import Database
from host.config import DatabaseConfig
from plugins.warehouse.faults import InputError
from plugins.warehouse.models import Article, Lot, Movement
from plugins.warehouse.order_models import OrderLine, Reservation
from tests.effort import effort
from tests.integration.plugins.warehouse.house import House, acting, principal

PROCESSES = 8
ROUNDS = effort(short=10, long=250)
IN_STOCK = 12


def sell(url: str, folder: str, seed: int) -> Counter[str]:
    """Sell, give back, ship and book out at random; return how often each was done or refused."""
    chance = random.Random(seed)
    database = Database(DatabaseConfig(url=url), Path(folder))
    done: Counter[str] = Counter()
    try:
        with acting(principal()):
            house = House(database, Path(folder))
            numbers = [article.id for article in map(house.articles.by_number, ("A", "B")) if article]
            for _ in range(ROUNDS):
                done[_turn(house, chance, numbers)] += 1
    finally:
        database.dispose()
    return done


def _turn(house: House, chance: random.Random, ids: list[int]) -> str:
    article = house.articles.get(chance.choice(ids))
    if chance.random() < 0.3:
        place = f"P{chance.randint(1, 2)}"
        return tried("out", lambda: house.movements.issue(house.booking(article, chance.randint(1, 3), "L1", place)))
    lines = [(article, chance.randint(1, 6)), (house.articles.get(ids[0]), 1)]
    order = house.order(*lines[: chance.randint(1, 2)])
    house.orders.reserve(order)
    after = chance.choice(("ship", "ship", "cancel", "keep"))
    if after == "ship":
        return tried("ship", lambda: house.orders.ship(order))
    if after == "cancel":
        house.orders.cancel(order)
    return after


def tried(what: str, work: Callable[[], object]) -> str:
    try:
        work()
    except InputError:
        return "refused"
    return what


def test_reservations_never_exceed_the_stock(house: House, database_config: DatabaseConfig) -> None:
    for number in ("A", "B"):
        article = house.article(number)
        for lot, place in (("L1", "P1"), ("L1", "P2"), ("L2", "P1")):
            house.movements.receive(house.booking(article, IN_STOCK, lot, place))
    tasks = [(database_config.url, str(house.folder), seed) for seed in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        counted = sum(pool.map(sell, *zip(*tasks, strict=True)), Counter())
    assert counted.total() == PROCESSES * ROUNDS
    assert min(counted[what] for what in ("ship", "out", "keep", "cancel", "refused")) > 0, counted
    assert house.agreement.everything() == []
    check(house)


def check(house: House) -> None:
    with house.database.begin(readonly=True) as unit:
        session = unit.session
        reserved: dict[int, Decimal] = {}
        for each in session.scalars(select(Reservation)):
            reserved[each.lot_id] = reserved.get(each.lot_id, Decimal(0)) + each.quantity
        for lot in session.scalars(select(Lot)):
            assert Decimal(0) <= reserved.get(lot.id, Decimal(0)) == lot.reserved <= lot.quantity
        for article in session.scalars(select(Article)):
            assert article.reserved <= article.stock <= 3 * IN_STOCK
            left = func.sum(Movement.quantity).filter(Movement.to_place_id.is_(None))
            gone = session.scalar(select(left).where(Movement.article_id == article.id)) or 0
            assert article.stock + gone == 3 * IN_STOCK
        for line in session.scalars(select(OrderLine)):
            assert line.shipped <= line.quantity
