"""Who changed what of a record's master data when, from the audit; and back to an earlier version of an article."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from host import AuditRecord, AuditTrail, Database, Repository, UnitOfWork, authorize
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import fold
from plugins.warehouse.models import Article
from plugins.warehouse.services.articles import check_minimum, existing, unique_number
from plugins.warehouse.services.ledger import lock_articles
from plugins.warehouse.supplier_models import Supplier

ARTICLE_FIELDS: Final = (
    "number",
    "name",
    "category",
    "unit",
    "barcode",
    "note",
    "price_cents",
    "minimum_stock",
    "active",
    "supplier_id",
)
SUPPLIER_FIELDS: Final = ("name", "city", "note", "contact", "email", "phone", "iban", "ended_on")
SHOWN: Final = 20
"""Changes that a history shows."""
READ: Final = 2_000
"""Records that are looked through for them: bookings leave records of an article, too."""
AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became; ``None`` before the record was made."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a record.

    Args:
        id: of the audit record.
        action: ``insert``, ``update``, ``delete``, ``soft_delete`` or ``restore``.
    """

    id: int
    at: datetime
    by: str
    action: str
    changes: Sequence[Change]


class History:
    """Reads what happened to articles and suppliers; sums that bookings move are left to the list of movements."""

    def __init__(self, database: Database, audit_trail: AuditTrail) -> None:
        self._trail = audit_trail
        self._database = database
        self._articles: Final = Repository(database, Article)

    def of_article(self, article_id: int) -> list[Version]:
        """Return the last changes of an article's master data, newest first."""
        authorize("warehouse.read")
        return list(self._versions(Article.__tablename__, article_id, ARTICLE_FIELDS))

    def of_supplier(self, supplier_id: int) -> list[Version]:
        """Return the last changes of a supplier, newest first; of the contact it is known only that it changed."""
        authorize("warehouse.read")
        return list(self._versions(Supplier.__tablename__, supplier_id, SUPPLIER_FIELDS))

    def bring_back(self, article_id: int, version_id: int) -> Article:
        """Give an article the master data that it had after the change `version_id`; stock stays as it is.

        Raises:
            InputError: there is no such change, or its number or unit can't be had any more.
        """
        authorize("warehouse.edit")

        def work(unit: UnitOfWork) -> Article:
            article = existing(lock_articles(unit.session, {article_id}).get(article_id), article_id)
            values = self._values_at(article, version_id)
            if values["unit"] != article.unit and article.stock:
                raise refuse("warehouse.error.unit_in_use", "unit", article=article.number, stock=article.stock)
            values |= {f"{name}_key": fold(values[name]) for name in ("number", "name", "category")}
            changes = {name: value for name, value in values.items() if getattr(article, name) != value}
            if not changes:
                return article
            with unique_number(values["number"]):
                stored = self._articles.update(article_id, changes | {"updated_at": datetime.now(UTC)})
            check_minimum(stored)
            return stored

        return self._database.run_tx(work)

    def _values_at(self, article: Article, version_id: int) -> dict[str, Any]:
        """Return field → value after the change, by taking back what came later."""
        values = {name: getattr(article, name) for name in ARTICLE_FIELDS}
        for record in self._records(Article.__tablename__, article.id):
            if record.id == version_id:
                return values
            values |= {name: value for name, value in (record.before or {}).items() if name in values}
        raise refuse("warehouse.error.no_version", "article")

    def _versions(self, table: str, key: int, fields: Sequence[str]) -> Iterator[Version]:
        found = 0
        for record in self._records(table, key):
            changes = tuple(_changes(record, fields))
            if not changes and record.action in {"insert", "update"}:
                continue
            yield Version(record.id, record.at, record.user_name, record.action, changes)
            found += 1
            if found == SHOWN:
                return

    def _records(self, table: str, key: int) -> Iterator[AuditRecord]:
        before: int | None = None
        for _ in range(READ // AT_ONCE):
            page = self._trail.history(table, str(key), before, AT_ONCE)
            yield from page.records
            before = page.older
            if before is None:
                return


def _changes(record: AuditRecord, fields: Sequence[str]) -> Iterator[Change]:
    before, after = record.before or {}, record.after or {}
    for name in fields:
        if name not in before and name not in after:
            continue
        was, now = before.get(name), after.get(name)
        # A new record tells only what it was given.
        if was != now and not (record.before is None and now in (None, "", 0)):
            yield Change(name, was, now)
