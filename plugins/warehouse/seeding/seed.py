"""Puts the example company into the database; a part that is there already is left alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import Database, SeedProgress, SeedSize, authorize
from plugins.warehouse.folding import fold
from plugins.warehouse.models import Article, Lot, Movement
from plugins.warehouse.order_models import Order
from plugins.warehouse.seeding.assortment import CUSTOMERS, Example, examples
from plugins.warehouse.seeding.happenings import Happening, happenings
from plugins.warehouse.seeding.suppliers import add_suppliers
from plugins.warehouse.seeding.trade import LARGE, MEDIUM, Scale
from plugins.warehouse.seeding.trading import TradingCompany
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.ledger import NOTHING, Posting, lock_articles, post, today
from plugins.warehouse.services.order_input import LineInput, OrderInput
from plugins.warehouse.services.orders import Orders
from plugins.warehouse.services.places import place_for
from plugins.warehouse.services.suppliers import Suppliers

ORDERS: Final = 60
MARK: Final = "seed"
SCALES: Final[Mapping[SeedSize, Scale]] = {"medium": MEDIUM, "large": LARGE}


class ExampleData:
    """The seed, each part in one transaction."""

    def __init__(self, database: Database, articles: Articles, orders: Orders, suppliers: Suppliers) -> None:
        self._database = database
        self._suppliers = suppliers
        self._articles = articles
        self._orders = orders

    def run(self, size: SeedSize = "small") -> Iterator[str | SeedProgress]:
        """Add what is missing; say a line a part, and how far a larger company is."""
        yield from self._dealer()
        if size in SCALES:
            yield from TradingCompany(self._database, SCALES[size]).run()

    def _dealer(self) -> Iterator[str]:
        known = examples()
        yield f"{self._database.run_tx(lambda unit: self._assortment(unit.session, known))} articles"
        yield f"{self._database.run_tx(lambda unit: _movements(unit.session, known))} movements"
        yield f"{self._database.run_tx(lambda unit: self._sales(unit.session, known))} orders"
        yield f"{add_suppliers(self._database, self._suppliers)} suppliers"

    def _assortment(self, session: Session, known: Sequence[Example]) -> int:
        there = set(session.scalars(select(Article.number_key)))
        missing = [example for example in known if fold(example.entered.number) not in there]
        for example in missing:
            self._articles.create(example.entered)
        return len(missing)

    def _sales(self, session: Session, known: Sequence[Example]) -> int:
        there = set(session.scalars(select(Order.number)))
        ids = _ids(session, known)
        added = 0
        for count in range(ORDERS):
            number = f"B-{count + 1:04}"
            if number not in there:
                self._sale(number, count, ids)
                added += 1
        return added

    def _sale(self, number: str, count: int, ids: Sequence[int]) -> None:
        picked = sorted({ids[(count * 13 + step * 29) % len(ids)] for step in range(1 + count % 5)})
        lines = [LineInput(article, Decimal(1 + (count + article) % 4)) for article in picked]
        due = today() + timedelta(days=count % 21 - 3)
        order = self._orders.create(OrderInput(CUSTOMERS[count % len(CUSTOMERS)], lines, number, due)).id
        if count % 12 == 11:
            self._orders.cancel(order)
        elif count % 2 == 0:
            missing = self._orders.reserve(order)
            if count % 4 == 0 and not missing:
                self._orders.ship(order)


def _movements(session: Session, known: Sequence[Example]) -> int:
    by = authorize("warehouse.edit").name
    if session.scalar(select(Movement.id).where(Movement.request_id == f"{MARK}-0")) is not None:
        return 0
    ids = _ids(session, known)
    articles = lock_articles(session, set(ids))
    lots: dict[tuple[int, str], Lot] = {}
    planned = happenings(known)
    for count, happening in enumerate(planned):
        article = articles[ids[happening.example]]
        lot = _lot(session, article, happening, lots)
        post(session, article, _posting(session, lot, happening, by, f"{MARK}-{count}"))
    return len(planned)


def _posting(session: Session, lot: Lot, happening: Happening, by: str, request_id: str) -> Posting:
    return Posting(
        kind=happening.kind,
        lot=lot,
        quantity=happening.quantity,
        by=by,
        source=place_for(session, happening.source) if happening.source else None,
        target=place_for(session, happening.target) if happening.target else None,
        note=happening.note,
        request_id=request_id,
        at=datetime.now(UTC) - timedelta(days=happening.day),
    )


def _lot(session: Session, article: Article, happening: Happening, lots: dict[tuple[int, str], Lot]) -> Lot:
    key = (article.id, happening.lot)
    if key not in lots:
        known = session.scalar(select(Lot).where(Lot.article_id == article.id, Lot.number == happening.lot))
        lots[key] = known or _new_lot(article, happening)
        session.add(lots[key])
        session.flush()
    return lots[key]


def _new_lot(article: Article, happening: Happening) -> Lot:
    best_before = None if happening.best_before is None else today() + timedelta(days=happening.best_before)
    received_on = today() - timedelta(days=happening.day)
    lot = Lot(article_id=article.id, number=happening.lot, best_before=best_before, received_on=received_on)
    lot.quantity = lot.reserved = NOTHING
    return lot


def _ids(session: Session, known: Sequence[Example]) -> list[int]:
    wanted = [example.entered.number for example in known]
    query = select(Article.number, Article.id).where(Article.number.in_(wanted))
    found = dict(session.execute(query).all())
    return [found[number] for number in wanted]
