"""Articles: find, show, create, change; their quantities belong to the ledger."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, and_, select, type_coerce
from sqlalchemy.orm import Session

from host import Database, authorize
from plugins.warehouse.columns import AnyRow, AnySelect, Quantity
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import fold, matches
from plugins.warehouse.models import Article
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.ledger import lock_articles
from plugins.warehouse.services.paging import Part, Window, read_part
from plugins.warehouse.units import UNITS

SORTS: Final = {
    "number": Article.number_key,
    "name": Article.name_key,
    "category": Article.category_key,
    "price": Article.price_cents,
    "stock": Article.stock,
    "free": Article.stock - Article.reserved,
}


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles to show.

    Args:
        text: words that must all stand in number, name, category or barcode.
        low: only those below their minimum stock.
        inactive: also those that are no longer traded.
    """

    text: str = ""
    category: str = ""
    low: bool = False
    inactive: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Return the filter as SQL."""
        parts = [matches(self.text, Article.number_key, Article.name_key, Article.category_key, Article.barcode)]
        if self.category:
            parts.append(Article.category_key == fold(self.category))
        if self.low:
            parts.append(is_low())
        if not self.inactive:
            parts.append(Article.active.is_(True))
        return and_(*parts)


def free_stock() -> ColumnElement[Decimal]:
    """Return what is in stock and not reserved."""
    # A difference of decorated columns is a bare number to SQLAlchemy.
    return type_coerce(Article.stock - Article.reserved, Quantity)


def is_low() -> ColumnElement[bool]:
    """Return the condition that what is free of an article is below its minimum."""
    return and_(Article.minimum_stock > 0, Article.stock - Article.reserved < Article.minimum_stock)


class Articles:
    """The articles' master data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, wanted: ArticleFilter, window: Window) -> Part[AnyRow]:
        """Return one page of articles."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return read_part(unit.session, listing(wanted), window, SORTS)

    def get(self, article_id: int) -> Article:
        """Return an article; `InputError` if there is none."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return existing(unit.session.get(Article, article_id), article_id)

    def by_number(self, number: str) -> Article | None:
        """Return the article whose number is `number`, whatever its case."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(select(Article).where(Article.number_key == fold(number)))

    def categories(self, limit: int = 200) -> list[str]:
        """Return the categories in use, sorted."""
        authorize("warehouse.read")
        query = select(Article.category).where(Article.category != "", Article.active).distinct()
        with self._database.begin(readonly=True) as unit:
            return sorted(unit.session.scalars(query.limit(limit)), key=fold)

    def create(self, entered: ArticleInput) -> Article:
        """Add an article; `InputError` if its number is taken."""
        authorize("warehouse.edit")
        now = datetime.now(UTC)

        def work(session: Session) -> Article:
            article = Article(created_at=now, updated_at=now)
            _assign(session, article, entered)
            session.add(article)
            session.flush()
            return article

        return self._database.run_tx(lambda unit: work(unit.session))

    def change(self, article_id: int, entered: ArticleInput, version: int, *, active: bool = True) -> Article:
        """Change an article's master data.

        Args:
            version: the article's when the reader saw it.

        Raises:
            InputError: somebody else changed it since, its number is taken, or its unit can't change any more.
        """
        authorize("warehouse.edit")

        def work(session: Session) -> Article:
            article = existing(lock_articles(session, {article_id}).get(article_id), article_id)
            if article.version != version:
                raise refuse("warehouse.error.changed_meanwhile", article=article.number)
            if entered.unit not in {None, article.unit} and article.stock:
                raise refuse("warehouse.error.unit_in_use", "unit", article=article.number, stock=article.stock)
            _assign(session, article, entered)
            article.active = active
            article.version += 1
            article.updated_at = datetime.now(UTC)
            return article

        return self._database.run_tx(lambda unit: work(unit.session))


def listing(wanted: ArticleFilter) -> AnySelect:
    """Return the query of a list of articles."""
    return select(
        Article.id,
        Article.number,
        Article.name,
        Article.category,
        Article.unit,
        Article.price_cents,
        Article.stock,
        Article.reserved,
        free_stock().label("free"),
        Article.minimum_stock,
        Article.barcode,
        Article.active,
        is_low().label("low"),
    ).where(wanted.condition())


def existing(article: Article | None, article_id: int) -> Article:
    """Return `article`; `InputError` if it is none."""
    if article is None:
        raise refuse("warehouse.error.no_article", "article", article=article_id)
    return article


def _assign(session: Session, article: Article, entered: ArticleInput) -> None:
    key = fold(entered.number)
    with session.no_autoflush:
        other = session.scalar(select(Article.id).where(Article.number_key == key))
    if other is not None and other != article.id:
        raise refuse("warehouse.error.number_taken", "number", number=entered.number)
    for name, value in asdict(entered).items():
        if value is not None:
            setattr(article, name, value)
    article.number_key, article.name_key = key, fold(article.name)
    article.category_key = fold(article.category or "")
    _check_minimum(article)


def _check_minimum(article: Article) -> None:
    unit = UNITS[article.unit or "pcs"]
    if not unit.fits(article.minimum_stock or Decimal(0)):
        raise refuse("warehouse.error.too_fine", "minimum_stock", value=article.minimum_stock)
