"""Any interleaving of movements, reservations, releases and shipments keeps the ledger's promises."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from host import Database
from host.config import DatabaseConfig
from plugins.warehouse.faults import InputError
from plugins.warehouse.models import Article, Lot, Stock
from plugins.warehouse.order_models import OrderLine, Reservation
from tests.effort import effort
from tests.integration.plugins.warehouse.house import House, acting, principal

QUANTITIES = st.integers(1, 12)
LOTS = st.sampled_from(["", "L1", "L2"])
PLACES = st.sampled_from(["A", "B", "C"])
WHICH = st.integers(0, 1)


@cache
def _migrated() -> "tempfile.TemporaryDirectory[str]":
    """Make the tables once for all examples."""
    made = tempfile.TemporaryDirectory()
    database = Database(DatabaseConfig(url="sqlite:///ledger.db"), Path(made.name))
    House(database, Path(made.name))
    database.dispose()
    return made


class Ledger(RuleBasedStateMachine):
    """Drives the services at random; whatever is refused must change nothing."""

    orders: Bundle[int] = Bundle("orders")

    @initialize()
    def open(self) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(_migrated().name, folder, dirs_exist_ok=True)
        database = Database(DatabaseConfig(url="sqlite:///ledger.db"), folder)
        self._stack.callback(database.dispose)
        self._stack.enter_context(acting(principal()))
        self.house = House(database, folder)
        self.articles = [self.house.article("A", "a"), self.house.article("B", "b")]

    def teardown(self) -> None:
        if hasattr(self, "_stack"):
            self._stack.close()

    @rule(which=WHICH, quantity=QUANTITIES, lot=LOTS, place=PLACES)
    def receive(self, which: int, quantity: int, lot: str, place: str) -> None:
        self.house.movements.receive(self.house.booking(self.articles[which], quantity, lot, place))

    @rule(which=WHICH, quantity=QUANTITIES, lot=LOTS, place=PLACES)
    def issue(self, which: int, quantity: int, lot: str, place: str) -> None:
        self.tried(lambda: self.house.movements.issue(self.house.booking(self.articles[which], quantity, lot, place)))

    @rule(which=WHICH, quantity=QUANTITIES, lot=LOTS, place=PLACES, to=PLACES)
    def transfer(self, which: int, quantity: int, lot: str, place: str, to: str) -> None:
        booking = self.house.booking(self.articles[which], quantity, lot, place)
        self.tried(lambda: self.house.movements.transfer(booking, to))

    @rule(which=WHICH, counted=st.integers(0, 12), lot=LOTS, place=PLACES)
    def correct(self, which: int, counted: int, lot: str, place: str) -> None:
        self.tried(lambda: self.house.movements.correct(self.house.booking(self.articles[which], counted, lot, place)))

    @rule(target=orders, first=QUANTITIES, second=QUANTITIES)
    def order(self, first: int, second: int) -> int:
        return self.house.order((self.articles[0], first), (self.articles[1], second), (self.articles[0], second))

    @rule(order=orders)
    def reserve(self, order: int) -> None:
        self.tried(lambda: self.house.orders.reserve(order))

    @rule(order=orders)
    def release(self, order: int) -> None:
        self.tried(lambda: self.house.orders.release(order))

    @rule(order=orders)
    def ship(self, order: int) -> None:
        self.tried(lambda: self.house.orders.ship(order))

    @rule(order=orders)
    def cancel(self, order: int) -> None:
        self.tried(lambda: self.house.orders.cancel(order))

    def tried(self, work: Callable[[], object]) -> None:
        before = self.state()
        try:
            work()
        except InputError:
            assert self.state() == before

    def state(self) -> list[tuple[object, ...]]:
        with self.house.database.begin(readonly=True) as unit:
            session = unit.session
            return [
                *(tuple(row) for row in session.execute(select(Article.id, Article.stock, Article.reserved))),
                *(tuple(row) for row in session.execute(select(Lot.id, Lot.quantity, Lot.reserved))),
                *(tuple(row) for row in session.execute(select(Stock.lot_id, Stock.place_id, Stock.quantity))),
                *(tuple(row) for row in session.execute(select(Reservation.line_id, Reservation.quantity))),
            ]

    @invariant()
    def sums_agree(self) -> None:
        if hasattr(self, "house"):
            assert self.house.agreement.everything() == []

    @invariant()
    def nothing_is_negative_or_reserved_twice(self) -> None:
        if not hasattr(self, "house"):
            return
        with self.house.database.begin(readonly=True) as unit:
            for lot in unit.session.scalars(select(Lot)):
                assert Decimal(0) <= lot.reserved <= lot.quantity
            assert all(shelf.quantity >= 0 for shelf in unit.session.scalars(select(Stock)))
            reserved: dict[int, Decimal] = {}
            for row in unit.session.scalars(select(Reservation)):
                reserved[row.line_id] = reserved.get(row.line_id, Decimal(0)) + row.quantity
            for line in unit.session.scalars(select(OrderLine)):
                assert line.shipped + reserved.get(line.id, Decimal(0)) <= line.quantity


TestLedger = pytest.mark.timeout(300)(Ledger.TestCase)
TestLedger.settings = settings(
    max_examples=effort(short=25, long=500),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
