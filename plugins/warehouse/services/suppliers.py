"""Suppliers: found, shown with their contact masked, changed, deleted and restored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from host import (
    Database,
    NotFoundError,
    Repository,
    RestoreConflictError,
    Revealer,
    UnitOfWork,
    authorize,
    masked,
)
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import fold, matches
from plugins.warehouse.models import Article
from plugins.warehouse.services.changed import told_apart
from plugins.warehouse.services.ledger import today
from plugins.warehouse.services.paging import Part, Window, read_part
from plugins.warehouse.services.supplier_input import CONTACT, SupplierInput
from plugins.warehouse.supplier_models import Supplier

SORTS: Final = {"name": Supplier.name_key, "city": Supplier.city_key}
KINDS: Final = {"contact": "name", "email": "email", "phone": "phone", "iban": "iban"}
"""Contact field → kind of personal data, by which it is masked."""

LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class SupplierFilter:
    """Which suppliers to show.

    Args:
        text: words in name and place; or a whole e-mail address, which is found without being readable.
        ended: also those that nothing is bought from any more.
        deleted: the deleted ones instead.
    """

    text: str = ""
    ended: bool = False
    deleted: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Return the filter as SQL."""
        found = matches(self.text, Supplier.name_key, Supplier.city_key)
        parts = [or_(found, Supplier.email_index == self.text) if "@" in self.text else found]
        parts.append(Supplier.deleted_at.is_not(None) if self.deleted else Supplier.deleted_at.is_(None))
        if not (self.ended or self.deleted):
            parts.append(or_(Supplier.ended_on.is_(None), Supplier.ended_on > today()))
        return and_(*parts)


@dataclass(frozen=True, slots=True)
class Shown:
    """A supplier as everybody may see it.

    Args:
        seen: the record; its contact is for saving, not for showing.
        contact: field → masked value, empty where nothing is known.
        articles: how many are bought there first.
    """

    seen: Supplier
    contact: dict[str, str]
    articles: int


class Suppliers:
    """The suppliers; what is known of a person there leaves this class masked only."""

    def __init__(self, database: Database, revealer: Revealer) -> None:
        self._database = database
        self._revealer = revealer
        self._stored: Final = Repository(database, Supplier)

    def find(self, wanted: SupplierFilter, window: Window) -> Part[AnyRow]:
        """Return one page of suppliers."""
        authorize("warehouse.read")
        articles = select(func.count()).where(Article.supplier_id == Supplier.id, Article.deleted_at.is_(None))
        query = select(Supplier.id, Supplier.name, Supplier.city, Supplier.ended_on, Supplier.deleted_at)
        query = query.add_columns(articles.scalar_subquery().label("articles")).where(wanted.condition())
        with self._database.begin(readonly=True) as unit:
            return read_part(unit.session, query, window, SORTS, deleted=True)

    def choices(self, limit: int = 500) -> dict[int, str]:
        """Return id → name of the suppliers that something is bought from, by name."""
        authorize("warehouse.read")
        query = select(Supplier.id, Supplier.name).where(SupplierFilter().condition())
        with self._database.begin(readonly=True) as unit:
            return dict(unit.session.execute(query.order_by(Supplier.name_key).limit(limit)).all())

    def get(self, supplier_id: int) -> Shown:
        """Return a supplier, also one that is deleted; `InputError` if there is none."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            supplier = self._existing(supplier_id)
            articles = unit.session.scalar(select(func.count()).where(Article.supplier_id == supplier_id)) or 0
        contact = {name: masked(getattr(supplier, name), kind) for name, kind in KINDS.items()}
        return Shown(supplier, contact, articles)

    def reveal(self, supplier_id: int, reason: str) -> dict[str, str]:
        """Return field → value of a supplier's contact; who asked for it, when and why is kept.

        Args:
            reason: what for, in words that somebody else understands later.

        Raises:
            PermissionDeniedError: whoever acts lacks ``host.pii``.
            InputError: no reason is given, or there is no such supplier.
        """
        authorize("warehouse.read")
        if not reason.strip():
            raise refuse("warehouse.error.reason_missing", "reason")
        if len(reason) > LONGEST_REASON:
            raise refuse("warehouse.error.too_long", "reason", longest=LONGEST_REASON, length=len(reason))
        supplier = self.get(supplier_id).seen
        known = [name for name in CONTACT if getattr(supplier, name)]
        return {name: self._revealer.reveal(Supplier, supplier_id, name, reason) for name in known}

    def create(self, entered: SupplierInput) -> Supplier:
        """Add a supplier; `InputError` if there is one of that name."""
        authorize("warehouse.edit")
        now = datetime.now(UTC)
        with _unique(entered.name):
            return self._stored.add(Supplier(**_values(entered), version=1, created_at=now, updated_at=now))

    def change(self, seen: Supplier, entered: SupplierInput) -> Supplier:
        """Change a supplier.

        Args:
            seen: the supplier as the editor read it.

        Raises:
            ChangedMeanwhileError: somebody else changed it since; nothing is overwritten.
            InputError: there is another one of that name.
        """
        authorize("warehouse.edit")
        changes = {name: value for name, value in _values(entered).items() if getattr(seen, name) != value}
        if not changes:
            return seen
        with _unique(entered.name), told_apart(seen.name):
            return self._stored.update(seen, changes | {"updated_at": datetime.now(UTC)})

    def delete(self, supplier_id: int) -> None:
        """Delete a supplier; `InputError` while articles are bought there first."""
        authorize("warehouse.edit")

        def work(unit: UnitOfWork) -> None:
            supplier = self._existing(supplier_id, lock=True)
            query = select(Article.number).where(Article.supplier_id == supplier_id).order_by(Article.number).limit(3)
            articles = list(unit.session.scalars(query))
            if articles:
                named = ", ".join(articles)
                raise refuse("warehouse.error.supplier_in_use", supplier=supplier.name, articles=named)
            self._stored.soft_delete(supplier)

        self._database.run_tx(work)

    def restore(self, supplier_id: int) -> Supplier:
        """Bring a deleted supplier back; `InputError` if there is another one of that name by now."""
        authorize("warehouse.edit")

        def work(_: UnitOfWork) -> Supplier:
            supplier = self._existing(supplier_id, lock=True)
            try:
                self._stored.restore(supplier)
            except RestoreConflictError:
                raise refuse("warehouse.error.supplier_name_taken", "company", name=supplier.name) from None
            return self._stored.get(supplier_id)

        return self._database.run_tx(work)

    def _existing(self, supplier_id: int, *, lock: bool = False) -> Supplier:
        try:
            return self._stored.get(supplier_id, lock=lock, include_deleted=True)
        except NotFoundError:
            raise refuse("warehouse.error.no_supplier", "supplier") from None


def has_ended(ended_on: date | None) -> bool:
    """Tell whether nothing is bought from a supplier any more."""
    return ended_on is not None and ended_on <= today()


def _values(entered: SupplierInput) -> dict[str, Any]:
    """Return column → value; a contact field that isn't stated is left out, an emptied one is ``None``."""
    values = {name: value for name, value in asdict(entered).items() if value is not None or name not in CONTACT}
    values |= {name: values[name] or None for name in CONTACT if name in values}
    return values | {"name_key": fold(entered.name), "city_key": fold(entered.city)}


@contextmanager
def _unique(name: str) -> Iterator[None]:
    """Turn the unique index's refusal into a message."""
    try:
        yield
    except IntegrityError as error:
        if "name_key" not in str(error.orig):
            raise
        raise refuse("warehouse.error.supplier_name_taken", "company", name=name) from None
