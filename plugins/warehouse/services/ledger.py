"""The only code that changes quantities: one movement row, and the sums it moves, in the caller's transaction."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.warehouse.faults import refuse
from plugins.warehouse.models import Article, Lot, Movement, Place, Stock

Kind = Literal["in", "out", "correction", "transfer", "shipped"]
KINDS: Final[tuple[Kind, ...]] = ("in", "out", "correction", "transfer", "shipped")
NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Posting:
    """Goods of a lot that move now.

    Args:
        source: place they leave, ``None`` when they come from outside.
        target: place they go to, ``None`` when they leave the house.
        quantity: positive, in the article's unit.
        from_reserved: take goods that were reserved, whose reservation ends with it.
        shelf: the lot at `source`, where it was read under the article's lock already.
        request_id: names the click that wants it.
        at: when it happened.
    """

    kind: Kind
    lot: Lot
    quantity: Decimal
    by: str
    source: Place | None = None
    target: Place | None = None
    from_reserved: bool = False
    shelf: Stock | None = None
    note: str = ""
    order_id: int | None = None
    request_id: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def change(self) -> Decimal:
        """How the lot's quantity changes."""
        return (self.quantity if self.target else NOTHING) - (self.quantity if self.source else NOTHING)


def lock_articles(session: Session, ids: set[int]) -> dict[int, Article]:
    """Lock the articles' rows in one order for everybody, so that two bookings queue and never deadlock."""
    query = select(Article).where(Article.id.in_(ids)).order_by(Article.id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True))
    return {article.id: article for article in found}


def lots_of(session: Session, article_ids: set[int]) -> list[Lot]:
    """Read the lots of locked articles as they are now, first expiring first."""
    query = select(Lot).where(Lot.article_id.in_(article_ids))
    query = query.order_by(Lot.best_before.asc().nulls_last(), Lot.received_on, Lot.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def post(session: Session, article: Article, posting: Posting) -> Movement:
    """Add the movement and change every sum that it moves; `article` must be locked, and the caller flushes.

    Raises:
        InputError: the place holds too little, or what isn't reserved of the lot is too little.
    """
    lot, change = posting.lot, posting.change
    if change < 0 and not posting.from_reserved and lot.quantity - lot.reserved < -change:
        raise _reserved(article, lot, posting)
    if posting.source:
        _take(session, article, posting, posting.source)
    if posting.target:
        _shelf(session, lot, posting.target).quantity += posting.quantity
    if posting.from_reserved:
        lot.reserved -= posting.quantity
        article.reserved -= posting.quantity
    lot.quantity += change
    article.stock += change
    movement = _movement(article, posting)
    session.add(movement)
    return movement


def keep(article: Article, lot: Lot, quantity: Decimal) -> None:
    """Reserve free goods of a lot (or release them, with a negative quantity); `article` must be locked."""
    lot.reserved += quantity
    article.reserved += quantity


def _movement(article: Article, posting: Posting) -> Movement:
    return Movement(
        at=posting.at,
        day=posting.at.date(),
        kind=posting.kind,
        article_id=article.id,
        lot_id=posting.lot.id,
        from_place_id=posting.source.id if posting.source else None,
        to_place_id=posting.target.id if posting.target else None,
        quantity=posting.quantity,
        value_cents=value_cents(posting.change, article.price_cents),
        note=posting.note,
        order_id=posting.order_id,
        by=posting.by,
        request_id=posting.request_id,
    )


def value_cents(quantity: Decimal, price_cents: int) -> int:
    """Return the value of `quantity` at `price_cents`, rounded half up to whole cents."""
    return int((quantity * price_cents).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _shelf(session: Session, lot: Lot, place: Place) -> Stock:
    found = session.get(Stock, (lot.id, place.id), populate_existing=True)
    if found is None:
        found = Stock(lot_id=lot.id, place_id=place.id, quantity=NOTHING)
        session.add(found)
        session.flush()
    return found


def _take(session: Session, article: Article, posting: Posting, place: Place) -> None:
    shelf = posting.shelf or session.get(Stock, (posting.lot.id, place.id), populate_existing=True)
    there = shelf.quantity if shelf else NOTHING
    if shelf is None or there < posting.quantity:
        raise refuse(
            "warehouse.error.too_little_at_place",
            "quantity",
            article=article.number,
            lot=posting.lot.number or "–",
            place=place.code,
            there=there,
            wanted=posting.quantity,
        )
    shelf.quantity -= posting.quantity


def _reserved(article: Article, lot: Lot, posting: Posting) -> Exception:
    return refuse(
        "warehouse.error.too_little_free",
        "quantity",
        article=article.number,
        lot=lot.number or "–",
        free=lot.quantity - lot.reserved,
        stock=lot.quantity,
        reserved=lot.reserved,
        wanted=posting.quantity,
    )


def today() -> date:
    """Return today's date in UTC, as movements are dated."""
    return datetime.now(UTC).date()
