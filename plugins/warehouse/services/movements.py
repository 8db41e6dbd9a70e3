"""Stock movements: goods in, goods out, corrections, transfers, and the list of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from host import INCLUDE_DELETED, Database, EventBus, authorize
from plugins.warehouse.api import StockChanged
from plugins.warehouse.columns import AnyRow, AnySelect
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import matches
from plugins.warehouse.models import Article, Lot, Movement, Place, Stock
from plugins.warehouse.services.articles import existing
from plugins.warehouse.services.ledger import Kind, Posting, lock_articles, lots_of, post, today
from plugins.warehouse.services.paging import START, ListPlace, Part, Stretch, Window, read_part, read_stretch
from plugins.warehouse.services.places import known_place, place_for
from plugins.warehouse.units import UNITS

LONGEST_LOT: Final = 60
LONGEST_NOTE: Final = 200
SORTS: Final = {"at": Movement.id, "quantity": Movement.quantity, "article": Article.number_key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What a stock keeper wants to book.

    Args:
        quantity: positive, in the article's unit; for a correction what was counted at the place.
        lot: the lot's number, empty for goods without one.
        note: delivery note, reason.
        request_id: names the click; the same click sent twice books once.
    """

    article_id: int
    quantity: Decimal
    place: str
    lot: str = ""
    note: str = ""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements to show."""

    text: str = ""
    kind: str = ""
    article_id: int | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return the filter as SQL."""
        parts = [matches(self.text, Article.number_key, Article.name_key)]
        if self.kind:
            parts.append(Movement.kind == self.kind)
        if self.article_id is not None:
            parts.append(Movement.article_id == self.article_id)
        return and_(*parts)


class Movements:
    """Books movements; each is one row, and the sums it changes, in one transaction."""

    def __init__(self, database: Database, events: EventBus) -> None:
        self._database = database
        self._events = events

    def receive(self, booking: Booking, best_before: date | None = None) -> Movement:
        """Book goods in; a new lot is made, a known one grows.

        Raises:
            InputError: the quantity doesn't fit the unit, or the lot is known with another best-before date.
        """

        def posting(session: Session, article: Article, by: str) -> Posting:
            target = place_for(session, booking.place)
            lot = _lot_to_fill(session, article, booking.lot, best_before)
            return _posting("in", booking, lot, by, target=target)

        return self._book(booking, posting)

    def issue(self, booking: Booking) -> Movement:
        """Book goods out of a lot; `InputError` if too little of it is free, or lies at the place."""

        def posting(session: Session, article: Article, by: str) -> Posting:
            source = known_place(session, booking.place)
            return _posting("out", booking, _lot(session, article, booking.lot), by, source=source)

        return self._book(booking, posting)

    def transfer(self, booking: Booking, to_place: str) -> Movement:
        """Move goods of a lot from `booking.place` to `to_place`."""

        def posting(session: Session, article: Article, by: str) -> Posting:
            source, target = known_place(session, booking.place), place_for(session, to_place, "to_place")
            if source.id == target.id:
                raise refuse("warehouse.error.same_place", "to_place", place=source.code)
            lot = _lot(session, article, booking.lot)
            return _posting("transfer", booking, lot, by, source=source, target=target)

        return self._book(booking, posting)

    def correct(self, booking: Booking) -> Movement:
        """Book the difference to what was counted of a lot at a place; `InputError` if there is none.

        Counting less than is reserved of the lot is refused: release the reservation first.
        """

        def posting(session: Session, article: Article, by: str) -> Posting:
            place = place_for(session, booking.place)
            lot = _lot(session, article, booking.lot)
            shelf = session.get(Stock, (lot.id, place.id), populate_existing=True)
            difference = booking.quantity - (shelf.quantity if shelf else Decimal(0))
            if not difference:
                raise refuse("warehouse.error.no_difference", "quantity", quantity=booking.quantity)
            found, lost = (place, None) if difference > 0 else (None, place)
            return _posting("correction", booking, lot, by, source=lost, target=found, quantity=abs(difference))

        return self._book(booking, posting, zero=True)

    def find(self, wanted: MovementFilter, window: Window) -> Part[AnyRow]:
        """Return one page of movements, the newest first where the window names no order."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            shown = window if window.sort else Window(window.page, window.rows, "-at")
            return read_part(unit.session, _listing(wanted), shown, SORTS, deleted=True)

    def stretch(self, wanted: MovementFilter, rows: int, place: ListPlace = START) -> Stretch[AnyRow]:
        """Return some movements, newest first, from a place in the list on."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return read_stretch(unit.session, _listing(wanted), place, rows)

    def _book(
        self, booking: Booking, posting: Callable[[Session, Article, str], Posting], *, zero: bool = False
    ) -> Movement:
        by = authorize("warehouse.edit").name

        def work(session: Session) -> Movement:
            article = existing(lock_articles(session, {booking.article_id}).get(booking.article_id), booking.article_id)
            done = _already(session, booking.request_id)
            if done is not None:
                return done
            _check(booking, article, zero=zero)
            movement = post(session, article, posting(session, article, by))
            session.flush()
            self._events.publish(StockChanged(article.id, article.number, article.stock, article.reserved))
            return movement

        return self._database.run_tx(lambda unit: work(unit.session))


def _listing(wanted: MovementFilter) -> AnySelect:
    source, target = aliased(Place), aliased(Place)
    return (
        select(Movement.id, Movement.at, Movement.kind, Movement.quantity, Movement.note, Movement.by)
        .add_columns(Article.id.label("article_id"), Article.number, Article.name, Article.unit)
        .add_columns(Lot.number.label("lot"), source.code.label("source"), target.code.label("target"))
        .join(Article, Article.id == Movement.article_id)
        .join(Lot, Lot.id == Movement.lot_id)
        .join(source, source.id == Movement.from_place_id, isouter=True)
        .join(target, target.id == Movement.to_place_id, isouter=True)
        .where(wanted.condition())
        # What moved stays in the list when the article is deleted later.
        .options(INCLUDE_DELETED)
    )


def _posting(
    kind: Kind,
    booking: Booking,
    lot: Lot,
    by: str,
    *,
    source: Place | None = None,
    target: Place | None = None,
    quantity: Decimal | None = None,
) -> Posting:
    return Posting(
        kind=kind,
        lot=lot,
        quantity=booking.quantity if quantity is None else quantity,
        by=by,
        source=source,
        target=target,
        note=booking.note.strip(),
        request_id=booking.request_id,
    )


def _already(session: Session, request_id: str | None) -> Movement | None:
    return session.scalar(select(Movement).where(Movement.request_id == request_id)) if request_id else None


def _check(booking: Booking, article: Article, *, zero: bool) -> None:
    if booking.quantity < 0 or (booking.quantity == 0 and not zero):
        raise refuse("warehouse.error.quantity_positive", "quantity", value=booking.quantity)
    if not UNITS[article.unit].fits(booking.quantity):
        raise refuse("warehouse.error.too_fine", "quantity", value=booking.quantity)
    for field, text, longest in (("lot", booking.lot, LONGEST_LOT), ("note", booking.note, LONGEST_NOTE)):
        if len(text.strip()) > longest:
            raise refuse("warehouse.error.too_long", field, longest=longest, length=len(text.strip()))
        if not text.isprintable():
            raise refuse("warehouse.error.control_character", field, value=ascii(text))


def _lot(session: Session, article: Article, number: str) -> Lot:
    wanted = number.strip()
    found = next((lot for lot in lots_of(session, {article.id}) if lot.number == wanted), None)
    if found is None:
        raise refuse("warehouse.error.no_lot", "lot", lot=wanted or "–", article=article.number)
    return found


def _lot_to_fill(session: Session, article: Article, number: str, best_before: date | None) -> Lot:
    wanted = number.strip()
    found = next((lot for lot in lots_of(session, {article.id}) if lot.number == wanted), None)
    if found is None:
        found = Lot(article_id=article.id, number=wanted, best_before=best_before, received_on=today())
        found.quantity = found.reserved = Decimal(0)
        session.add(found)
        session.flush()
    elif best_before is not None and found.best_before != best_before:
        known = found.best_before.isoformat() if found.best_before else "–"
        raise refuse("warehouse.error.other_best_before", "best_before", lot=wanted or "–", known=known)
    return found
