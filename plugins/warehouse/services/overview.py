"""Figures of the start page: value, warnings, and how the stock's value went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, func, select, type_coerce

from host import Database, authorize
from plugins.warehouse.columns import THOUSANDTHS, AnyRow
from plugins.warehouse.models import Article, Lot, Movement
from plugins.warehouse.order_models import Order
from plugins.warehouse.services.articles import free_stock, is_low
from plugins.warehouse.services.ledger import today
from plugins.warehouse.settings import WarehouseSettings


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers on top of the start page.

    Args:
        value_cents: what lies in the house, at the articles' prices.
        low: articles of which less is free than their minimum.
        expiring: lots past or near their best-before date.
    """

    articles: int
    value_cents: int
    low: int
    expiring: int
    open_orders: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart: value that came and went, and the value in the evening, in cents."""

    day: date
    incoming: int
    outgoing: int
    value: int


class Overview:
    """Reads the start page's figures, each by one statement."""

    def __init__(self, database: Database, settings: WarehouseSettings) -> None:
        self._database = database
        self._settings = settings

    def figures(self) -> Figures:
        """Return the numbers as of now."""
        authorize("warehouse.read")
        horizon = today() + timedelta(days=self._settings.expiry_warning_days)
        with self._database.begin(readonly=True) as unit:
            count = unit.session.scalar
            return Figures(
                articles=count(select(func.count()).where(Article.active)) or 0,
                value_cents=int(count(select(_value())) or 0),
                low=count(select(func.count()).where(is_low(), Article.active)) or 0,
                expiring=count(select(func.count()).where(Lot.quantity > 0, Lot.best_before <= horizon)) or 0,
                open_orders=count(select(func.count()).where(Order.state == "open")) or 0,
            )

    def low(self, limit: int = 10) -> Sequence[AnyRow]:
        """Return the articles that should be ordered again, the emptiest first."""
        authorize("warehouse.read")
        ratio = (_raw(Article.stock) - _raw(Article.reserved)) * 1000 / _raw(Article.minimum_stock)
        query = select(Article.id, Article.number, Article.name, Article.unit, free_stock().label("free"))
        query = query.add_columns(Article.minimum_stock).where(is_low(), Article.active)
        with self._database.begin(readonly=True) as unit:
            return unit.session.execute(query.order_by(ratio, Article.number_key).limit(limit)).all()

    def history(self, days: int = 90) -> list[Day]:
        """Return the stock's value of the last `days` days, oldest first.

        The value goes back from today's by what moved since; movements keep the price they were booked at.
        """
        authorize("warehouse.read")
        first = today() - timedelta(days=days - 1)
        incoming, outgoing = Movement.value_cents > 0, Movement.value_cents < 0
        query = select(
            Movement.day,
            func.coalesce(func.sum(Movement.value_cents).filter(incoming), 0),
            func.coalesce(func.sum(Movement.value_cents).filter(outgoing), 0),
        )
        with self._database.begin(readonly=True) as unit:
            moved = unit.session.execute(query.where(Movement.day >= first).group_by(Movement.day)).all()
            value = int(unit.session.scalar(select(_value())) or 0)
        return _backwards({day: (int(came), int(went)) for day, came, went in moved}, value, days)


def _backwards(moved: dict[date, tuple[int, int]], value: int, days: int) -> list[Day]:
    found: list[Day] = []
    for back in range(days):
        day = today() - timedelta(days=back)
        came, went = moved.get(day, (0, 0))
        found.append(Day(day, came, -went, value))
        value -= came + went
    return found[::-1]


def _raw(column: Any) -> Any:
    """Return the stored whole number of a quantity."""
    return type_coerce(column, BigInteger)


def _value() -> Any:
    amount = _raw(Article.stock) * Article.price_cents
    return func.coalesce(func.sum(amount), 0) / THOUSANDTHS
