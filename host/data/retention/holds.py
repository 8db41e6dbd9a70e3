"""Legal holds: rows that no retention policy may touch until somebody releases them, with who and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from host.data.actor import ActorSource
from host.data.audit.record_key import key_values
from host.data.clock import now
from host.data.database import Database
from host.data.protection.tables import LegalHoldRow
from host.errors import ValidationError

LONGEST_REASON: Final = 1000


@final
@dataclass(frozen=True, slots=True)
class Hold:
    """One hold.

    Args:
        key: key of the one row that is held; ``None`` for the whole table.
        released_at: when it ended; ``None`` while it holds.
    """

    id: int
    table: str
    key: str | None
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str | None
    released_at: datetime | None


@final
class HoldBook:
    """The legal holds of a database; every change of them is audited as any other.

    Args:
        actor: says who places and releases.
    """

    def __init__(self, database: Database, actor: ActorSource) -> None:
        self._database = database
        self._actor = actor

    def place(self, table: Table, keys: Sequence[str], reason: str) -> list[Hold]:
        """Hold rows, or the whole table where no key is given.

        Raises:
            ValidationError: there is no reason, or a text is no key of the table.
        """
        if not reason.strip() or len(reason) > LONGEST_REASON:
            what = f"A legal hold needs a reason of 1 to {LONGEST_REASON} characters."
            raise ValidationError(what, remedy="Give --reason, such as the file number.")
        for key in keys:
            key_values(table, key)
        with self._database.begin() as unit:
            by, moment = self._actor().name, now(unit.session)
            rows = [
                LegalHoldRow(table_name=table.name, row_key=key, reason=reason.strip(), placed_by=by, placed_at=moment)
                for key in keys or (None,)
            ]
            unit.session.add_all(rows)
            unit.session.flush()
            return [_hold(row) for row in rows]

    def release(self, id_: int) -> Hold:
        """End a hold.

        Raises:
            ValidationError: there is no such hold, or it has ended.
        """
        with self._database.begin() as unit:
            row = unit.session.get(LegalHoldRow, id_)
            if row is None or row.released_at is not None:
                what = f"The hold {id_} has ended." if row else f"There is no hold {id_}."
                raise ValidationError(what, remedy="See what there is with: app clean hold list")
            row.released_by, row.released_at = self._actor().name, now(unit.session)
            unit.session.flush()
            return _hold(row)

    def list(self, *, ended: bool = False) -> list[Hold]:
        """Return the holds, oldest first.

        Args:
            ended: those that were released, too.
        """
        with self._database.begin(readonly=True) as unit:
            query = select(LegalHoldRow).order_by(LegalHoldRow.id)
            rows = unit.session.scalars(query if ended else query.where(LegalHoldRow.released_at.is_(None)))
            return [_hold(row) for row in rows]


def let_none_begin(session: Session) -> None:
    """Wait for holds that are being placed, and let none begin before this transaction ends.

    On SQLite whoever writes has the database to itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(f"LOCK TABLE {LegalHoldRow.__tablename__} IN SHARE MODE")


def held_rows(session: Session) -> dict[str, list[str | None]]:
    """Return table name → keys of held rows, ``None`` for all of them."""
    query = select(LegalHoldRow.table_name, LegalHoldRow.row_key).where(LegalHoldRow.released_at.is_(None))
    found: dict[str, list[str | None]] = {}
    for table, key in session.execute(query):
        found.setdefault(table, []).append(key)
    return found


def _hold(row: LegalHoldRow) -> Hold:
    return Hold(
        id=row.id,
        table=row.table_name,
        key=row.row_key,
        reason=row.reason,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        released_by=row.released_by,
        released_at=row.released_at,
    )
