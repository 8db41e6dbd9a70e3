"""Shows masked fields to those who may see them, and keeps who saw which one when and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from sqlalchemy import Table, and_, select

from host.data.actor import ActorSource
from host.data.audit.record_key import key_text
from host.data.clock import now
from host.data.database import Database
from host.data.protection.masks import pii_kind
from host.data.protection.revealed import Revealed, entry, revealed
from host.data.protection.tables import RevealRow
from host.data.unit_of_work import UnitOfWork
from host.errors import HostError, ValidationError
from host.logs import get_logger

_log: Final = get_logger(__name__)
SEE_PII: Final = "host.pii"
"""Needed to see personal data that is masked for everybody else."""
LONGEST_REASON: Final = 1000


class NoSuchFieldError(HostError):
    """The record is not there."""

    user_message = "This record is not there any more."


@final
class Revealer:
    """Reveals masked fields of one database.

    Args:
        actor: says who asks.
        authorize: raises unless whoever acts holds the permission that it is given.
    """

    def __init__(self, database: Database, actor: ActorSource, authorize: Callable[[str], object]) -> None:
        self._database = database
        self._actor = actor
        self._authorize = authorize

    def reveal(self, model: Any, key: Any, column: str, reason: str) -> Any:
        """Return the value of a field of personal data, after it was kept who asked for it and why.

        Args:
            model: mapped class or `Table`.
            key: value of the primary key; a tuple when it has several columns.
            column: name of a column that declares personal data.
            reason: what for, 1 to 1,000 characters.

        Raises:
            PermissionDeniedError: whoever acts lacks ``host.pii``.
            NoSuchFieldError: the record is not there.
            ValidationError: no reason, no such column, or asked inside a unit of work, whose rollback would undo the
                entry.
        """
        table: Table = getattr(model, "__table__", model)
        field = _Field(table, key, column, self._checked(table, column, reason))
        self._authorize(SEE_PII)

        def read(unit: UnitOfWork) -> Any:
            found = unit.session.execute(select(table.c[column]).where(_is(table, key))).one_or_none()
            if found is None:
                what = f"{table.name} has no record {key_text(key)}."
                raise NoSuchFieldError(what, remedy="Load the list again.")
            unit.session.add(entry(self._actor(), now(unit.session), field.place, field.kind, reason.strip()))
            return found[0]

        value = self._database.run_tx(read)
        _log.info("personal data shown", table=table.name, key=key_text(key), field=column, user=self._actor().user_id)
        return value

    def seen(
        self, *, table: str | None = None, key: Any = None, user_id: str | None = None, limit: int = 100
    ) -> list[Revealed]:
        """Return who had what shown, the newest first.

        Args:
            key: value of the primary key, as `reveal` takes it.
        """
        query = select(RevealRow).order_by(RevealRow.id.desc()).limit(limit)
        wanted = {"table_name": table, "row_key": None if key is None else key_text(key), "user_id": user_id}
        query = query.filter_by(**{name: value for name, value in wanted.items() if value is not None})
        with self._database.begin(readonly=True) as unit:
            return [revealed(row) for row in unit.session.scalars(query)]

    def _checked(self, table: Table, column: str, reason: str) -> str:
        kind = pii_kind(table.columns[column]) if column in table.columns else ""
        if not kind:
            remedy = 'Name a column that declares info={"pii": …}.'
            raise ValidationError(f"{table.name}.{column} declares no personal data.", remedy=remedy)
        if not reason.strip() or len(reason) > LONGEST_REASON:
            what = f"Say in 1 to {LONGEST_REASON} characters what {table.name}.{column} is needed for."
            raise ValidationError(what)
        if self._database.current() is not None:
            what = "A field was to be revealed inside a unit of work, whose rollback would undo the entry."
            raise ValidationError(what, remedy="Reveal it before or after.")
        return kind


@final
@dataclass(frozen=True, slots=True)
class _Field:
    """The field that somebody asks for."""

    table: Table
    key: Any
    column: str
    kind: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Table, key and column, as the entry names them."""
        return self.table.name, key_text(self.key), self.column


def _is(table: Table, key: Any) -> Any:
    parts = key if isinstance(key, tuple) else (key,)
    own: Sequence[Any] = list(table.primary_key.columns)
    return and_(*(column == part for column, part in zip(own, parts, strict=True)))
