"""Reads all articles of a filter in portions, for files of any length."""

from collections.abc import Iterator
from typing import Final

from host import Database, authorize
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.models import Article
from plugins.warehouse.services.articles import ArticleFilter, listing

PORTION: Final = 2_000
COLUMNS: Final = (
    "number",
    "name",
    "category",
    "unit",
    "price",
    "stock",
    "reserved",
    "free",
    "minimum_stock",
    "barcode",
)


class Exports:
    """Hands out articles for a file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def articles(self, wanted: ArticleFilter) -> Iterator[AnyRow]:
        """Return the articles of a filter, by number; permission is checked before the first one is asked for."""
        authorize("warehouse.export")
        return self._portions(wanted)

    def _portions(self, wanted: ArticleFilter) -> Iterator[AnyRow]:
        # Keyset, one short transaction a portion: a slow reader holds nothing, and none is skipped or doubled.
        query = listing(wanted).add_columns(Article.number_key).order_by(Article.number_key).limit(PORTION)
        after = ""
        while True:
            with self._database.begin(readonly=True) as unit:
                rows = unit.session.execute(query.where(Article.number_key > after)).all()
            yield from rows
            if len(rows) < PORTION:
                return
            after = rows[-1].number_key
