"""One open order under lock: reserves lots for its lines, gives them back, ships them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.warehouse.faults import refuse
from plugins.warehouse.models import Article, Lot, Place, Stock
from plugins.warehouse.order_models import Order, OrderLine, Reservation
from plugins.warehouse.services.ledger import NOTHING, Posting, keep, lock_articles, lots_of, post, today
from plugins.warehouse.services.lots import suggest


@dataclass(frozen=True)
class OpenOrder:
    """An order whose row and whose articles are locked for this transaction."""

    session: Session
    order: Order
    lines: Sequence[OrderLine]
    articles: Mapping[int, Article]

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
        return cls(session, order, lines, lock_articles(session, {line.article_id for line in lines}))

    def reserve(self, by: str) -> Decimal:
        """Reserve what is free for what is still open; return what is missing."""
        missing = NOTHING
        for line in self.lines:
            kept = {reservation.lot_id: reservation for reservation in self._reservations(line)}
            wanted = line.quantity - line.shipped - _total(list(kept.values()))
            for pick in suggest(lots_of(self.session, {line.article_id}), wanted, today()):
                self._reserve(line, pick.lot, pick.quantity, kept.get(pick.lot.id), by)
                wanted -= pick.quantity
            missing += wanted
        return missing

    def release(self) -> None:
        """Give back everything that is reserved."""
        for line in self.lines:
            lots = self._lots(line)
            for reservation in self._reservations(line):
                keep(self.articles[line.article_id], lots[reservation.lot_id], -reservation.quantity)
                self.session.delete(reservation)
        self.session.flush()

    def ship(self, by: str) -> bool:
        """Book out everything that is reserved; return whether nothing is left to ship."""
        shipped = sum((self._ship(line, by) for line in self.lines), NOTHING)
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

    def _reserve(self, line: OrderLine, lot: Lot, quantity: Decimal, known: Reservation | None, by: str) -> None:
        keep(self.articles[line.article_id], lot, quantity)
        if known is None:
            now = datetime.now(UTC)
            self.session.add(Reservation(line_id=line.id, lot_id=lot.id, quantity=quantity, by=by, at=now))
        else:
            known.quantity += quantity
        self.session.flush()

    def _ship(self, line: OrderLine, by: str) -> Decimal:
        lots, shipped = self._lots(line), NOTHING
        for reservation in self._reservations(line):
            self._check_expiry(line, lots[reservation.lot_id])
            self._take(line, lots[reservation.lot_id], reservation.quantity, by)
            shipped += reservation.quantity
            self.session.delete(reservation)
        line.shipped += shipped
        self.session.flush()
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

    def _take(self, line: OrderLine, lot: Lot, quantity: Decimal, by: str) -> None:
        """Take reserved goods from the lot's places, those with the least first, so that places become empty."""
        query = select(Place, Stock.quantity).join(Stock, Stock.place_id == Place.id)
        query = query.where(Stock.lot_id == lot.id, Stock.quantity > 0).order_by(Stock.quantity, Place.id)
        for place, there in self.session.execute(query).all():
            part = min(quantity, there)
            if part:
                posting = Posting("shipped", lot, part, by, place, from_reserved=True, order_id=self.order.id)
                post(self.session, self.articles[line.article_id], posting)
            quantity -= part

    def _reservations(self, line: OrderLine) -> Sequence[Reservation]:
        query = select(Reservation).where(Reservation.line_id == line.id).order_by(Reservation.lot_id)
        return self.session.scalars(query.execution_options(populate_existing=True)).all()

    def _lots(self, line: OrderLine) -> dict[int, Lot]:
        return {lot.id: lot for lot in lots_of(self.session, {line.article_id})}


def _total(reservations: Sequence[Reservation]) -> Decimal:
    return sum((reservation.quantity for reservation in reservations), NOTHING)
