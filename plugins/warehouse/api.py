"""What other plugins may use of the warehouse: its events, and reading stock by article number."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from host import Database, Event, authorize
from plugins.warehouse.folding import fold
from plugins.warehouse.models import Article


@dataclass(frozen=True)
class StockChanged(Event):
    """An article's stock or reservations changed; carries them as they are now."""

    article_id: int
    number: str
    stock: Decimal
    reserved: Decimal


@dataclass(frozen=True)
class ArticleImported(Event):
    """A file was taken into the articles."""

    import_id: int
    created: int
    updated: int


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How much of an article there is, in its unit."""

    number: str
    name: str
    unit: str
    stock: Decimal
    free: Decimal


class StockApi:
    """Reads stock for other plugins; the caller's principal needs ``warehouse.read``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def level(self, number: str) -> StockLevel | None:
        """Return the stock of the article `number`, or ``None`` if there is no such article."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            article = unit.session.scalar(select(Article).where(Article.number_key == fold(number)))
        if article is None:
            return None
        free = article.stock - article.reserved
        return StockLevel(article.number, article.name, article.unit, article.stock, free)
