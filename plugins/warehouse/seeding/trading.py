"""Writes a larger example company, a block of articles with their whole history at a time."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from host import Database, Repository, SeedProgress, UnitOfWork, authorize
from plugins.warehouse.models import Article, Lot, Movement, Stock
from plugins.warehouse.seeding.frame import Frame, request_id
from plugins.warehouse.seeding.rows import (
    Stored,
    Values,
    article_values,
    lot_values,
    movement_values,
    stock_values,
)
from plugins.warehouse.seeding.sales import write_orders
from plugins.warehouse.seeding.trade import PLACES, History, Scale, history
from plugins.warehouse.services.places import place_for


class TradingCompany:
    """The seed of a larger company.

    Each block is one transaction with everything in it: movements, the sums they make, orders, reservations. So the
    sums agree whenever it is stopped, and a run that follows goes on with the first block that is missing.
    """

    def __init__(self, database: Database, scale: Scale) -> None:
        self._database = database
        self._scale = scale

    def run(self) -> Iterator[str | SeedProgress]:
        """Write what is missing and tell how far it is."""
        by = authorize("warehouse.edit").name
        written = done = 0
        for block in self._scale.blocks:
            written += self._database.run_tx(partial(self._block, block=block, by=by))
            done += len(block) * self._scale.movements
            yield SeedProgress(done, self._scale.total, "movements")
        yield f"{written} movements of {self._scale.articles} articles"

    def _block(self, unit: UnitOfWork, *, block: range, by: str) -> int:
        """Write one block and return how many movements were new."""
        scale, session = self._scale, unit.session
        if session.scalar(select(Movement.id).where(Movement.request_id == request_id(scale, block[0]))) is not None:
            return 0
        frame = Frame.found(session, scale) or Frame.new(session, scale)
        places = {code: place_for(session, code).id for code in PLACES}
        stored = list(self._stored(frame, [history(scale, index) for index in block]))
        self._add(Stock, (row for each in stored for row in stock_values(each, places)))
        write_orders(self._database, frame, stored, by)
        return len(self._add(Movement, (row for each in stored for row in movement_values(frame, each, places, by))))

    def _stored(self, frame: Frame, known: Sequence[History]) -> Iterator[Stored]:
        """Write the articles and lots, and say which ids they got."""
        articles = self._add(Article, (article_values(frame, each) for each in known))
        pairs = list(zip(known, articles, strict=True))
        lots = iter(self._add(Lot, (row for each, article in pairs for row in lot_values(frame, each, article))))
        for each, article in pairs:
            yield Stored(each, article, {lot.number: next(lots) for lot in each.lots})

    def _add(self, model: type[Any], rows: Iterable[Values]) -> list[Any]:
        return Repository(self._database, model).bulk_add(rows)
