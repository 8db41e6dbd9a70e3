"""Articles: find, show, create, change; their quantities belong to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host import Database, Filter, NotFoundError, Repository, UnitOfWork, authorize
from plugins.warehouse.columns import AnyRow, AnySelect, Quantity
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import fold, matches
from plugins.warehouse.models import Article
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.changed import told_apart
from plugins.warehouse.services.ledger import lock_articles
from plugins.warehouse.services.paging import Part, Window, read_part
from plugins.warehouse.supplier_models import Supplier
from plugins.warehouse.units import UNITS

SORTS: Final = {
    "number": Article.number_key,
    "name": Article.name_key,
    "category": Article.category_key,
    "price": Article.price_cents,
    "stock": Article.stock,
    "free": Article.stock - Article.reserved,
}

_NEW: Final[dict[str, Any]] = {"stock": Decimal(0), "reserved": Decimal(0), "version": 1}


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles to show.

    Args:
        text: words that must all stand in number, name, category or barcode.
        low: only those below their minimum stock.
        inactive: also those that are no longer traded.
        supplier: only those that are bought there first.
    """

    text: str = ""
    category: str = ""
    low: bool = False
    inactive: bool = False
    supplier: int | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return the filter as SQL."""
        parts = [matches(self.text, Article.number_key, Article.name_key, Article.category_key, Article.barcode)]
        if self.category:
            parts.append(Article.category_key == fold(self.category))
        if self.low:
            parts.append(is_low())
        if self.supplier is not None:
            parts.append(Article.supplier_id == self.supplier)
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
        self._stored: Final = Repository(database, Article)

    def find(self, wanted: ArticleFilter, window: Window) -> Part[AnyRow]:
        """Return one page of articles."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return read_part(unit.session, listing(wanted), window, SORTS)

    def get(self, article_id: int) -> Article:
        """Return an article, also one that is deleted; `InputError` if there is none."""
        authorize("warehouse.read")
        try:
            return self._stored.get(article_id, include_deleted=True)
        except NotFoundError:
            raise refuse("warehouse.error.no_article", "article", article=article_id) from None

    def by_number(self, number: str) -> Article | None:
        """Return the article whose number is `number`, whatever its case."""
        authorize("warehouse.read")
        return next(iter(self._stored.find(Filter("number_key", "=", fold(number)), limit=1)), None)

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

        def work(unit: UnitOfWork) -> Article:
            article = Article(**(_NEW | _values(unit.session, entered)), created_at=now, updated_at=now)
            check_minimum(article)
            return self._stored.add(article)

        with unique_number(entered.number):
            return self._database.run_tx(work)

    def change(self, seen: Article, entered: ArticleInput, *, active: bool = True) -> Article:
        """Change an article's master data.

        Args:
            seen: the article as the editor read it.

        Raises:
            ChangedMeanwhileError: somebody else changed it since; nothing is overwritten.
            InputError: its number is taken, or its unit can't change any more.
        """
        authorize("warehouse.edit")

        def work(unit: UnitOfWork) -> Article:
            article = existing(lock_articles(unit.session, {seen.id}).get(seen.id), seen.id)
            if entered.unit not in {None, article.unit} and article.stock:
                raise refuse("warehouse.error.unit_in_use", "unit", article=article.number, stock=article.stock)
            wanted = _values(unit.session, entered) | {"active": active}
            changes = {name: value for name, value in wanted.items() if getattr(seen, name) != value}
            if not changes:
                return article
            stored = self._stored.update(seen, changes | {"updated_at": datetime.now(UTC)})
            check_minimum(stored)
            return stored

        with unique_number(entered.number), told_apart(seen.number):
            return self._database.run_tx(work)


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


@contextmanager
def unique_number(number: str) -> Iterator[None]:
    """Turn the unique index's refusal into a message."""
    try:
        yield
    except IntegrityError as error:
        if "number" not in str(error.orig):
            raise
        raise refuse("warehouse.error.number_taken", "number", number=number) from None


def _values(session: Session, entered: ArticleInput) -> dict[str, Any]:
    """Return column → value of what is stated."""
    stated = {name: value for name, value in asdict(entered).items() if value is not None}
    stated |= {f"{name}_key": fold(stated[name]) for name in ("number", "name", "category") if name in stated}
    if "supplier_id" in stated:
        stated["supplier_id"] = _supplier(session, stated["supplier_id"])
    return stated


def _supplier(session: Session, supplier_id: int) -> int | None:
    if not supplier_id:
        return None
    found = session.scalar(select(Supplier.id).where(Supplier.id == supplier_id))
    if found is None:
        raise refuse("warehouse.error.no_supplier", "supplier")
    return found


def check_minimum(article: Article) -> None:
    """Raise `InputError` where the minimum stock is divided more finely than the unit allows."""
    unit = UNITS[article.unit or "pcs"]
    if not unit.fits(article.minimum_stock or Decimal(0)):
        raise refuse("warehouse.error.too_fine", "minimum_stock", value=article.minimum_stock)
