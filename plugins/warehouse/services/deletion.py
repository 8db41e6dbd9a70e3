"""Deletes articles that nobody needs any more, and empty lots; brings an article back with exactly what went along."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import Database, NotFoundError, Repository, RestoreConflictError, UnitOfWork, authorize
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import matches
from plugins.warehouse.models import Article, Lot
from plugins.warehouse.order_models import Order, OrderLine
from plugins.warehouse.services.articles import existing
from plugins.warehouse.services.ledger import lock_articles
from plugins.warehouse.services.paging import Part, Window, read_part

NAMED: Final = 3
"""Open orders that a refusal names."""
SORTS: Final = {"deleted": Article.deleted_at}


class Deletion:
    """Deletes and restores; what has stock, or is on an open order, stays."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._articles: Final = Repository(database, Article)
        self._lots: Final = Repository(database, Lot)

    def delete(self, article_id: int) -> None:
        """Delete an article with its lots, which are empty then; what moved stays in the list of movements.

        Raises:
            InputError: there is stock, or an open order wants it.
        """
        authorize("warehouse.edit")

        def work(unit: UnitOfWork) -> None:
            article = existing(lock_articles(unit.session, {article_id}).get(article_id), article_id)
            _require_unused(unit.session, article)
            self._articles.soft_delete(article)

        self._database.run_tx(work)

    def restore(self, article_id: int) -> Article:
        """Bring a deleted article back, with the lots that were deleted with it and no others.

        Raises:
            InputError: it isn't deleted, or another article has its number by now.
        """
        authorize("warehouse.edit")

        def work(_: UnitOfWork) -> Article:
            article = self._deleted(article_id)
            try:
                self._articles.restore(article)
            except RestoreConflictError:
                raise refuse("warehouse.error.number_taken_since", number=article.number) from None
            return self._articles.get(article_id)

        return self._database.run_tx(work)

    def delete_lot(self, lot_id: int) -> None:
        """Delete a lot that holds nothing, such as one entered with a wrong date: its number is free again.

        Raises:
            InputError: it holds something, or there is no such lot.
        """
        authorize("warehouse.edit")

        def work(unit: UnitOfWork) -> None:
            article_id = unit.session.scalar(select(Lot.article_id).where(Lot.id == lot_id))
            if article_id is None:
                raise refuse("warehouse.error.no_such_lot", "lot")
            lock_articles(unit.session, {article_id})
            lot = self._lots.get(lot_id, lock=True)
            if lot.quantity:
                raise refuse("warehouse.error.lot_in_stock", "lot", lot=lot.number or "–", quantity=lot.quantity)
            self._lots.soft_delete(lot)

        self._database.run_tx(work)

    def empty_lots(self, article_id: int, limit: int = 20) -> list[Lot]:
        """Return an article's lots that hold nothing, the newest first."""
        authorize("warehouse.read")
        query = select(Lot).where(Lot.article_id == article_id, Lot.quantity == 0)
        with self._database.begin(readonly=True) as unit:
            return list(unit.session.scalars(query.order_by(Lot.id.desc()).limit(limit)))

    def find(self, text: str, window: Window) -> Part[AnyRow]:
        """Return one page of the deleted articles, the last deleted first."""
        authorize("warehouse.read")
        found = matches(text, Article.number_key, Article.name_key, Article.category_key, Article.barcode)
        query = select(Article.id, Article.number, Article.name, Article.deleted_at, Article.deleted_by)
        query = query.where(Article.deleted_at.is_not(None), found)
        with self._database.begin(readonly=True) as unit:
            return read_part(unit.session, query, Window(window.page, window.rows, "-deleted"), SORTS, deleted=True)

    def _deleted(self, article_id: int) -> Article:
        try:
            article = self._articles.get(article_id, lock=True, include_deleted=True)
        except NotFoundError:
            raise refuse("warehouse.error.no_article", "article", article=article_id) from None
        if article.deleted_at is None:
            raise refuse("warehouse.error.not_deleted", "article", article=article.number)
        return article


def _require_unused(session: Session, article: Article) -> None:
    if article.stock:
        raise refuse("warehouse.error.delete_in_stock", article=article.number, stock=article.stock)
    query = select(Order.number).join(OrderLine, OrderLine.order_id == Order.id)
    query = query.where(
        OrderLine.article_id == article.id, Order.state == "open", OrderLine.shipped < OrderLine.quantity
    )
    orders = list(session.scalars(query.distinct().order_by(Order.number).limit(NAMED)))
    if orders:
        raise refuse("warehouse.error.delete_on_order", article=article.number, orders=", ".join(orders))
