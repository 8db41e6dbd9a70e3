"""One open order under lock: reserves lots for its lines, gives them back, ships them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import in_any
from plugins.warehouse.faults import refuse
from plugins.warehouse.models import Article, Lot, Place, Stock
from plugins.warehouse.order_models import Order, OrderLine, Reservation
from plugins.warehouse.services.ledger import NOTHING, Posting, keep, lock_articles, lots_of, post, today
from plugins.warehouse.services.lots import suggest


@dataclass(frozen=True)
class OpenOrder:
    """An order whose row and whose articles are locked for this transaction, with all that reserving needs.

    Args:
        lots: id → lot of every article on the order, first expiring first.
        kept: id of a line → what is reserved for it, by lot.
    """

    session: Session
    order: Order
    lines: Sequence[OrderLine]
    articles: Mapping[int, Article]
    lots: Mapping[int, Lot]
    kept: Mapping[int, dict[int, Reservation]]

    @classmethod
    def locked(cls, session: Session, order_id: int) -> Self:
        """Lock an order; `InputError` if there is none, or it is closed."""
        order = session.get(Order, order_id, with_for_update=True, populate_existing=True)
        if order is None:
            raise refuse("warehouse.error.no_order", order=order_id)
        if order.state != "open":
            raise refuse("warehouse.error.order_closed", order=order.number)
        query = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
        lines = session.scalars(query.execution_options(populate_existing=True)).all()
        articles = lock_articles(session, {line.article_id for line in lines})
        lots = {lot.id: lot for lot in lots_of(session, set(articles))}
        return cls(session, order, lines, articles, lots, _kept(session, lines))

    def reserve(self, by: str) -> Decimal:
        """Reserve what is free for what is still open; return what is missing."""
        missing = NOTHING
        for line in self.lines:
            kept = self.kept[line.id]
            wanted = line.quantity - line.shipped - sum((each.quantity for each in kept.values()), NOTHING)
            mine = (lot for lot in self.lots.values() if lot.article_id == line.article_id)
            for pick in suggest(mine, wanted, today()):
                self._reserve(line, pick.lot, pick.quantity, by)
                wanted -= pick.quantity
            missing += wanted
        return missing

    def release(self) -> None:
        """Give back everything that is reserved."""
        for line in self.lines:
            for reservation in self._taken(line):
                keep(self.articles[line.article_id], self.lots[reservation.lot_id], -reservation.quantity)

    def ship(self, by: str) -> bool:
        """Book out everything that is reserved; return whether nothing is left to ship."""
        shelves = self._shelves()
        shipped = sum((self._ship(line, shelves, by) for line in self.lines), NOTHING)
        if not shipped:
            raise refuse("warehouse.error.nothing_reserved", order=self.order.number)
        done = all(line.shipped == line.quantity for line in self.lines)
        if done:
            self._close("shipped")
        return done

    def cancel(self) -> None:
        """Give back everything and close the order."""
        self.release()
        self._close("cancelled")

    def _close(self, state: str) -> None:
        self.order.state, self.order.closed_at = state, datetime.now(UTC)

    def _reserve(self, line: OrderLine, lot: Lot, quantity: Decimal, by: str) -> None:
        keep(self.articles[line.article_id], lot, quantity)
        known = self.kept[line.id].get(lot.id)
        if known is not None:
            known.quantity += quantity
            return
        made = Reservation(line_id=line.id, lot_id=lot.id, quantity=quantity, by=by, at=datetime.now(UTC))
        self.session.add(made)
        self.kept[line.id][lot.id] = made

    def _taken(self, line: OrderLine) -> list[Reservation]:
        """End what is reserved for a line, and return it."""
        taken = list(self.kept[line.id].values())
        self.kept[line.id].clear()
        for reservation in taken:
            self.session.delete(reservation)
        return taken

    def _shelves(self) -> Mapping[int, list[tuple[Place, Stock]]]:
        """Return id of a reserved lot → where it lies, the places with the least first, so that they become empty."""
        lots = {lot_id for kept in self.kept.values() for lot_id in kept}
        query = select(Place, Stock).join(Stock, Stock.place_id == Place.id)
        query = query.where(in_any(Stock.lot_id, lots), Stock.quantity > 0).order_by(Stock.quantity, Place.id)
        found: dict[int, list[tuple[Place, Stock]]] = {lot_id: [] for lot_id in lots}
        for place, shelf in self.session.execute(query.execution_options(populate_existing=True)):
            found[shelf.lot_id].append((place, shelf))
        return found

    def _ship(self, line: OrderLine, shelves: Mapping[int, list[tuple[Place, Stock]]], by: str) -> Decimal:
        shipped = NOTHING
        for reservation in self._taken(line):
            lot = self.lots[reservation.lot_id]
            self._check_expiry(line, lot)
            self._take(line, lot, reservation.quantity, shelves[lot.id], by)
            shipped += reservation.quantity
        line.shipped += shipped
        return shipped

    def _check_expiry(self, line: OrderLine, lot: Lot) -> None:
        if lot.best_before is not None and lot.best_before < today():
            article = self.articles[line.article_id]
            raise refuse(
                "warehouse.error.expired",
                article=article.number,
                lot=lot.number or "–",
                day=lot.best_before.isoformat(),
            )

    def _take(
        self, line: OrderLine, lot: Lot, quantity: Decimal, shelves: Sequence[tuple[Place, Stock]], by: str
    ) -> None:
        for place, shelf in shelves:
            part = min(quantity, shelf.quantity)
            if part:
                taking = Posting(
                    "shipped", lot, part, by, place, from_reserved=True, shelf=shelf, order_id=self.order.id
                )
                post(self.session, self.articles[line.article_id], taking)
            quantity -= part


def _kept(session: Session, lines: Sequence[OrderLine]) -> dict[int, dict[int, Reservation]]:
    found: dict[int, dict[int, Reservation]] = {line.id: {} for line in lines}
    query = select(Reservation).where(in_any(Reservation.line_id, found)).order_by(Reservation.lot_id)
    for reservation in session.scalars(query.execution_options(populate_existing=True)):
        found[reservation.line_id][reservation.lot_id] = reservation
    return found
