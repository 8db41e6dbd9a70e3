"""Checks that the sums kept beside the movements agree with the movements themselves."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.orm import Session

from host import Database
from plugins.warehouse.columns import AnySelect
from plugins.warehouse.models import Article, Lot, Movement, Stock
from plugins.warehouse.order_models import Reservation


def disagreements(session: Session, article_ids: AnySelect) -> Iterator[str]:
    """Yield one line a sum that doesn't agree, for the articles that `article_ids` selects.

    Compared are: movements with the lot's quantity and each place's, reservations with the lot's reserved
    quantity, lots with the article's sums.
    """
    lots = select(Lot.id).where(Lot.article_id.in_(article_ids))
    yield from _compare(session, "lot", _of(Lot.id, Lot.quantity, lots), _moved(lots))
    yield from _compare(session, "place of lot", _of(Stock.lot_id, func.sum(Stock.quantity), lots, True), _moved(lots))
    yield from _compare(session, "reserved of lot", _of(Lot.id, Lot.reserved, lots), _reserved(lots))
    for name, own, part in (("stock", Article.stock, Lot.quantity), ("reserved", Article.reserved, Lot.reserved)):
        of_lots = select(Lot.article_id, func.sum(_raw(part))).where(Lot.article_id.in_(article_ids))
        of_article = select(Article.id, _raw(own)).where(Article.id.in_(article_ids))
        yield from _compare(session, f"{name} of article", of_article, of_lots.group_by(Lot.article_id))


class StockAgreement:
    """The check as the health report and the tests run it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sample(self, articles: int = 50) -> list[str]:
        """Check the articles that moved last.

        Args:
            articles: how many, so that the check stays cheap however large the stock is.
        """
        recent = select(Movement.article_id).order_by(Movement.id.desc()).limit(articles).subquery()
        return self._check(select(recent.c.article_id))

    def everything(self) -> list[str]:
        """Check every article."""
        return self._check(select(Article.id))

    def _check(self, article_ids: AnySelect) -> list[str]:
        with self._database.begin(readonly=True) as unit:
            return list(disagreements(unit.session, article_ids))


def _raw(column: Any) -> Any:
    """Return the stored whole number of a quantity."""
    return type_coerce(column, BigInteger)


def _of(key: Any, value: Any, lots: AnySelect, grouped: bool = False) -> AnySelect:
    query = select(key, _raw(value)).where(key.in_(lots))
    return query.group_by(key) if grouped else query


def _moved(lots: AnySelect) -> AnySelect:
    amount = _raw(Movement.quantity)
    change = case((Movement.to_place_id.is_not(None), amount), else_=0) - case(
        (Movement.from_place_id.is_not(None), amount), else_=0
    )
    return select(Movement.lot_id, func.sum(change)).where(Movement.lot_id.in_(lots)).group_by(Movement.lot_id)


def _reserved(lots: AnySelect) -> AnySelect:
    query = select(Reservation.lot_id, func.sum(_raw(Reservation.quantity)))
    return query.where(Reservation.lot_id.in_(lots)).group_by(Reservation.lot_id)


def _compare(session: Session, what: str, kept: AnySelect, counted: AnySelect) -> Iterator[str]:
    left = {key: int(value) for key, value in session.execute(kept)}
    right = {key: int(value) for key, value in session.execute(counted)}
    for key in sorted(left.keys() | right.keys()):
        if left.get(key, 0) != right.get(key, 0):
            kept_value, counted_value = left.get(key, 0) / 1000, right.get(key, 0) / 1000
            yield f"{what} {key}: kept {kept_value:g}, movements say {counted_value:g}"
