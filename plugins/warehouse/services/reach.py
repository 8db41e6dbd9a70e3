"""How long the free stock of an article lasts, from what went out of the house in the last weeks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import BigInteger, func, select, type_coerce

from host import Computation, Compute, Database, authorize
from plugins.warehouse.columns import THOUSANDTHS
from plugins.warehouse.models import Article, Movement
from plugins.warehouse.services.ledger import today

DAYS: Final = 90
SMOOTHING: Final = 0.1
"""Weight of the newest day; 0.1 to 0.2 is usual for slowly changing demand (Hyndman & Athanasopoulos, FPP3, 8.1)."""


def smoothed(demand: Sequence[float]) -> float:
    """Return the expected demand a day by simple exponential smoothing, oldest day first."""
    level = sum(demand) / len(demand)
    for each in demand:
        level += SMOOTHING * (each - level)
    return level


def average(demand: Sequence[float]) -> float:
    """Return the mean demand a day."""
    return sum(demand) / len(demand)


DEMAND: Final = Computation(smoothed, fast=average)


class Reach:
    """Estimates when an article runs out.

    Args:
        compute: which variant of the estimate runs.
    """

    def __init__(self, database: Database, compute: Compute) -> None:
        self._database = database
        self._demand = DEMAND.variant(compute)

    def days(self, article: Article) -> int | None:
        """Return for how many days the free stock lasts, or ``None`` when nothing went out in the last 90 days."""
        authorize("warehouse.read")
        demand = self._demand(self._went_out(article.id))
        return int(float(article.stock - article.reserved) / demand) if demand > 0 else None

    def _went_out(self, article_id: int) -> list[float]:
        """Return the quantity that left the house on each of the last days, oldest first."""
        first = today() - timedelta(days=DAYS - 1)
        query = select(Movement.day, func.sum(type_coerce(Movement.quantity, BigInteger))).where(
            Movement.article_id == article_id, Movement.day >= first, Movement.to_place_id.is_(None)
        )
        with self._database.begin(readonly=True) as unit:
            rows = unit.session.execute(query.group_by(Movement.day)).all()
        found = {row[0]: int(row[1]) for row in rows}
        return [found.get(first + timedelta(days=day), 0) / THOUSANDTHS for day in range(DAYS)]
