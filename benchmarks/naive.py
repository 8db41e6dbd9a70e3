"""The warehouse's pages as they are written without thought: every row into Python, then one more query for each.

What comes out is the same as from the plugin's own services; `benchmarks.warehouse_pages` checks it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import Database
from plugins.warehouse.folding import fold, spellings
from plugins.warehouse.models import Article, Lot, Movement, Place, Stock
from plugins.warehouse.order_models import Order, OrderLine, Reservation
from plugins.warehouse.services.ledger import today
from plugins.warehouse.services.reach import DAYS, smoothed

T = TypeVar("T")
Row = tuple[Any, ...]
ROWS: Final = 25


class Naive:
    """Answers every question of the pages by reading whole tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._database.begin(readonly=True) as unit:
            yield unit.session

    def figures(self, warning_days: int) -> Row:
        """The numbers on top of the start page."""
        with self._session() as session:
            articles, lots, orders = _all(session, Article), _all(session, Lot), _all(session, Order)
        active = [article for article in articles if article.active]
        horizon = today() + timedelta(days=warning_days)
        expiring = [lot for lot in lots if lot.quantity > 0 and lot.best_before and lot.best_before <= horizon]
        value = int(sum(article.stock * article.price_cents for article in articles))
        low = sum(_low(article) for article in active)
        return (len(active), value, low, len(expiring), sum(order.state == "open" for order in orders))

    def low(self, limit: int = 10) -> list[Row]:
        """The articles that should be ordered again."""
        with self._session() as session:
            found = [article for article in _all(session, Article) if article.active and _low(article)]
        found.sort(
            key=lambda each: (int((each.stock - each.reserved) * 1_000_000 / each.minimum_stock), each.number_key)
        )
        return [(each.id, each.number, each.stock - each.reserved, each.minimum_stock) for each in found[:limit]]

    def history(self, days: int = 90) -> list[Row]:
        """The stock's value day by day."""
        with self._session() as session:
            movements, articles = _all(session, Movement), _all(session, Article)
        value = int(sum(article.stock * article.price_cents for article in articles))
        rows: list[Row] = []
        for back in range(days):
            day = today() - timedelta(days=back)
            cents = [each.value_cents for each in movements if each.day == day]
            came, went = sum(each for each in cents if each > 0), -sum(each for each in cents if each < 0)
            rows.append((day, came, went, value))
            value -= came - went
        return rows[::-1]

    def expiring(self, warning_days: int, limit: int = 10) -> list[Row]:
        """Lots near their best-before date."""
        horizon = today() + timedelta(days=warning_days)
        with self._session() as session:
            lots = [lot for lot in _all(session, Lot) if lot.quantity > 0 and _best_before(lot) <= horizon]
            near = sorted(lots, key=lambda lot: (_best_before(lot), lot.id))
            pairs = [(lot, session.get_one(Article, lot.article_id)) for lot in near[:limit]]
            return [(lot.id, lot.number, lot.best_before, lot.quantity, article.number) for lot, article in pairs]

    def articles(
        self, text: str = "", *, low: bool = False, key: Callable[[Article], Any] | None = None, page: int = 1
    ) -> tuple[int, list[Row]]:
        """One page of the list of articles; how many there are, and the rows."""
        with self._session() as session:
            found = [article for article in _all(session, Article) if article.active]
        found = [
            each for each in found if _matches(text, each.number_key, each.name_key, each.category_key, each.barcode)
        ]
        found = [each for each in found if _low(each)] if low else found
        found.sort(key=key or (lambda each: (each.number_key, each.id)))
        return len(found), [article_row(each) for each in _page(found, page)]

    def everything(self) -> list[Row]:
        """All articles that are traded, for a file."""
        with self._session() as session:
            found = [article for article in _all(session, Article) if article.active]
        return [article_row(each) for each in sorted(found, key=lambda each: each.number_key)]

    def categories(self) -> list[str]:
        """The categories in use."""
        with self._session() as session:
            articles = _all(session, Article)
        return sorted({each.category for each in articles if each.category and each.active}, key=fold)

    def by_number(self, number: str) -> Row | None:
        """The article with this number."""
        with self._session() as session:
            articles = _all(session, Article)
        return next((article_row(each) for each in articles if each.number_key == fold(number)), None)

    def shelves(self, article_id: int) -> list[Row]:
        """Where an article lies."""
        with self._session() as session:
            lots = [lot for lot in _all(session, Lot) if lot.article_id == article_id]
            rows = []
            for lot in lots:
                mine = [stock for stock in _where(session, Stock, Stock.lot_id == lot.id) if stock.quantity > 0]
                rows += [(lot, session.get_one(Place, stock.place_id).code, stock.quantity) for stock in mine]
        rows.sort(key=lambda row: (*_fefo(row[0]), row[1]))
        return [(lot.id, lot.number, lot.best_before, code, quantity) for lot, code, quantity in rows]

    def suggest(self, article_id: int, quantity: Decimal) -> list[Row]:
        """What to take of which lots."""
        with self._session() as session:
            lots = sorted((lot for lot in _all(session, Lot) if lot.article_id == article_id), key=_fefo)
        picks: list[Row] = []
        for lot in lots:
            take = min(quantity - sum(pick[1] for pick in picks), lot.quantity - lot.reserved)
            if take > 0 and (lot.best_before is None or lot.best_before >= today()):
                picks.append((lot.id, take))
        return picks

    def movements(
        self, text: str = "", *, kind: str = "", article_id: int | None = None, page: int = 1, rows: int = ROWS
    ) -> list[Row]:
        """One page of the list of movements, the newest first."""
        with self._session() as session:
            found = sorted(_all(session, Movement), key=lambda each: -each.id)
            found = [each for each in found if not kind or each.kind == kind]
            found = [each for each in found if article_id is None or each.article_id == article_id]
            if text:
                found = [each for each in found if _matches(text, *_keys(session.get_one(Article, each.article_id)))]
            return [_movement_row(session, each) for each in _page(found, page, rows)]

    def went_out(self, article: Article) -> int | None:
        """For how many days the free stock of an article lasts."""
        with self._session() as session:
            movements = [each for each in _all(session, Movement) if each.article_id == article.id]
        first = today() - timedelta(days=DAYS - 1)
        out = [each for each in movements if each.day >= first and each.to_place_id is None]
        days = (first + timedelta(days=number) for number in range(DAYS))
        demand = smoothed([float(sum(each.quantity for each in out if each.day == day)) for day in days])
        return int(float(article.stock - article.reserved) / demand) if demand > 0 else None

    def orders(self, text: str = "", *, state: str = "") -> list[Row]:
        """The first page of the list of orders, the newest first."""
        with self._session() as session:
            found = sorted(_all(session, Order), key=lambda order: -order.id)
            found = [order for order in found if not state or order.state == state]
            found = [order for order in found if _matches(text, order.number_key, order.customer_key)]
            rows = []
            for order in _page(found, 1):
                lines = _where(session, OrderLine, OrderLine.order_id == order.id)
                reserved = [line for line in lines if _where(session, Reservation, Reservation.line_id == line.id)]
                rows.append((order.id, order.number, order.customer, order.state, len(lines), len(reserved)))
            return rows

    def order(self, order_id: int) -> tuple[Row, list[Row], list[Row]]:
        """An order with its lines and what is reserved for them."""
        with self._session() as session:
            order = next(each for each in _all(session, Order) if each.id == order_id)
            lines = sorted(_where(session, OrderLine, OrderLine.order_id == order_id), key=lambda each: each.position)
            shown, reserved = [], []
            for line in lines:
                article = session.get_one(Article, line.article_id)
                kept = _where(session, Reservation, Reservation.line_id == line.id)
                total = sum((each.quantity for each in kept), Decimal(0))
                shown.append((line.position, article.number, line.quantity, total, article.stock - article.reserved))
                lots = [(session.get_one(Lot, each.lot_id), each.quantity) for each in kept]
                reserved += [(line.position, article.number, lot.number, quantity) for lot, quantity in lots]
            return (order.id, order.number, order.customer), shown, reserved

    def places(self) -> list[str]:
        """The codes of all places."""
        with self._session() as session:
            return sorted(place.code for place in _all(session, Place))


def article_row(article: Any) -> Row:
    """What a list shows of an article."""
    free = article.stock - article.reserved
    return (article.id, article.number, article.name, article.price_cents, article.stock, free, article.minimum_stock)


def _movement_row(session: Session, each: Movement) -> Row:
    article, lot = session.get_one(Article, each.article_id), session.get_one(Lot, each.lot_id)
    places = [session.get_one(Place, place).code if place else None for place in (each.from_place_id, each.to_place_id)]
    return (each.id, each.at, each.kind, each.quantity, article.number, lot.number, *places)


def _all(session: Session, model: type[T]) -> list[T]:
    return list(session.scalars(select(model)))


def _where(session: Session, model: type[T], condition: Any) -> Sequence[T]:
    return session.scalars(select(model).where(condition)).all()


def _page(found: Sequence[T], page: int, rows: int = ROWS) -> Sequence[T]:
    return found[(page - 1) * rows : page * rows]


def _low(article: Article) -> bool:
    return article.minimum_stock > 0 and article.stock - article.reserved < article.minimum_stock


def _emptiness(article: Article) -> tuple[int, str]:
    free = article.stock - article.reserved
    return int(free * 1_000_000 / article.minimum_stock), article.number_key


def _keys(article: Article) -> tuple[str, str]:
    return article.number_key, article.name_key


def _matches(text: str, *keys: str) -> bool:
    words: Iterable[str] = fold(text).split()
    return all(any(spelling in key for key in keys for spelling in spellings(word)) for word in words)


def _best_before(lot: Lot) -> date:
    return lot.best_before or date.max


def _fefo(lot: Lot) -> tuple[date, date, int]:
    return (_best_before(lot), lot.received_on, lot.id)
