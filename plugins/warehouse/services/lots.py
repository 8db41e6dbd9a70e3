"""Lots: what lies where, what expires, and which to take first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from host import Database, authorize
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.faults import refuse
from plugins.warehouse.models import Article, Lot, Place, Stock
from plugins.warehouse.services.ledger import NOTHING, lots_of, today
from plugins.warehouse.settings import WarehouseSettings


@dataclass(frozen=True, slots=True)
class Pick:
    """So much of that lot."""

    lot: Lot
    quantity: Decimal


def suggest(lots: Iterable[Lot], quantity: Decimal, on: date) -> list[Pick]:
    """Suggest what to take of `lots`: first expiring first, never expired, never reserved.

    The picks add up to less than `quantity` where there isn't enough.
    """
    picks: list[Pick] = []
    usable = (lot for lot in lots if lot.best_before is None or lot.best_before >= on)
    for lot in sorted(usable, key=_fefo):
        missing = quantity - sum((pick.quantity for pick in picks), NOTHING)
        take = min(missing, lot.quantity - lot.reserved)
        if take > 0:
            picks.append(Pick(lot, take))
    return picks


def _fefo(lot: Lot) -> tuple[date, date, int]:
    return (lot.best_before or date.max, lot.received_on, lot.id)


class Lots:
    """Reads lots; they come into being with goods in."""

    def __init__(self, database: Database, settings: WarehouseSettings) -> None:
        self._database = database
        self._settings = settings

    def of_article(self, article_id: int) -> list[Lot]:
        """Return an article's lots that hold something, first expiring first."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return [lot for lot in lots_of(unit.session, {article_id}) if lot.quantity > 0]

    def shelves(self, article_id: int) -> Sequence[AnyRow]:
        """Return where an article lies: lot number, best before, place, quantity; first expiring first."""
        authorize("warehouse.read")
        query = (
            select(Lot.id, Lot.number, Lot.best_before, Place.code, Stock.quantity, Lot.quantity, Lot.reserved)
            .join(Stock, Stock.lot_id == Lot.id)
            .join(Place, Place.id == Stock.place_id)
            .where(Lot.article_id == article_id, Stock.quantity > 0)
            .order_by(Lot.best_before.asc().nulls_last(), Lot.received_on, Lot.id, Place.code)
        )
        with self._database.begin(readonly=True) as unit:
            return unit.session.execute(query).all()

    def suggest(self, article_id: int, quantity: Decimal) -> list[Pick]:
        """Suggest from which lots to take `quantity` of an article."""
        if quantity <= 0:
            raise refuse("warehouse.error.quantity_positive", "quantity", value=quantity)
        return suggest(self.of_article(article_id), quantity, today())

    def expiring(self, limit: int = 10) -> Sequence[AnyRow]:
        """Return lots that are past or near their best-before date, the earliest first."""
        authorize("warehouse.read")
        horizon = today() + timedelta(days=self._settings.expiry_warning_days)
        query = (
            select(Lot.id, Lot.number, Lot.best_before, Lot.quantity, Article.id, Article.number, Article.name)
            .add_columns(Article.unit)
            .join(Article, Article.id == Lot.article_id)
            .where(Lot.quantity > 0, Lot.best_before <= horizon)
            .order_by(Lot.best_before, Lot.id)
            .limit(limit)
        )
        with self._database.begin(readonly=True) as unit:
            return unit.session.execute(query).all()
