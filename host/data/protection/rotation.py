"""Encrypts and indexes every value anew with the current keys, as a resumable task; values stay readable throughout."""

from collections.abc import Sequence
from typing import Any, Final, final

from sqlalchemy import RowMapping, and_, func, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host.data.audit.options import AUDITED
from host.data.protection.declared import ProtectedTable
from host.data.protection.faults import EqualValuesError
from host.data.protection.paging import after, place_of
from host.data.tasks import Step, Task
from host.data.unit_of_work import UnitOfWork
from host.security import FieldCipher, Keyring, KeyringError

NAME: Final = "keys.rotate"
BATCH: Final = 200
"""Rows that one step encrypts anew."""
NAMED: Final = 50
"""Unreadable values that the task remembers by name."""


@final
class Rotation:
    """Brings values to the current keys.

    It passes over the tables again and again until a pass finds nothing to do, so that what others wrote with an older
    key meanwhile is caught too. A value that cannot be decrypted stays as it is and is named.

    Args:
        keyring: the keys.
        tables: what is to be done.
        batch: rows a step.
    """

    def __init__(self, keyring: Keyring, tables: Sequence[ProtectedTable], *, batch: int = BATCH) -> None:
        self._keyring = keyring
        self._cipher = FieldCipher(keyring)
        self._tables = tables
        self._batch = batch

    def task(self) -> Task:
        """Return the resumable task."""
        return Task(NAME, self._step, total=self._total, command="app keys rotate")

    def outdated(self, session: Session) -> int:
        """Return how many rows hold a value of an older key."""
        return sum(session.scalar(_count(each, self._old(each))) or 0 for each in self._there(session))

    def _total(self, unit: UnitOfWork) -> int:
        return self.outdated(unit.session)

    def _step(self, unit: UnitOfWork, cursor: Any) -> Step:
        at: dict[str, Any] = cursor or {"table": "", "after": None, "changed": 0, "unreadable": []}
        tables = [each for each in self._there(unit.session) if each.table.name >= at["table"]]
        if not tables:
            again = {**at, "table": "", "after": None, "changed": 0}
            return Step(again, finished=at["changed"] == 0)
        protected = tables[0]
        rows = self._rows(unit.session, protected, at["after"] if protected.table.name == at["table"] else None)
        if not rows:
            # A table's name with a blank behind it comes after that table and before every other one.
            return Step({**at, "table": protected.table.name + " ", "after": None})
        changed, unreadable = self._renew(unit.session, protected, rows)
        last = place_of([rows[-1][column.name] for column in protected.key])
        named = [*at["unreadable"], *(each for each in unreadable if each not in at["unreadable"])][:NAMED]
        moved = {"table": protected.table.name, "after": last, "changed": at["changed"] + changed, "unreadable": named}
        return Step(moved, done=changed)

    def _there(self, session: Session) -> list[ProtectedTable]:
        names = set(inspect(session.connection()).get_table_names())
        return [each for each in self._tables if each.table.name in names]

    def _rows(self, session: Session, protected: ProtectedTable, place: Any) -> Sequence[RowMapping]:
        query = select(*protected.raw.c).where(self._old(protected)).order_by(*protected.key).limit(self._batch)
        behind = after(protected.key, place)
        if behind is not None:
            query = query.where(behind)
        return session.execute(query.with_for_update()).mappings().all()

    def _old(self, protected: ProtectedTable) -> Any:
        field, index = f"hf1.{self._keyring.current('field').id}.", f"{self._keyring.current('index').id}."
        columns = [(protected.raw.c[each.name], field) for each in protected.encrypted]
        columns += [(protected.raw.c[each.name], index) for each in protected.index_columns]
        stale = [and_(column.is_not(None), ~column.startswith(head, autoescape=True)) for column, head in columns]
        missing = [
            and_(protected.raw.c[of].is_not(None), protected.raw.c[index.name].is_(None))
            for of, indexes in protected.indexes.items()
            for index in indexes
        ]
        return or_(*stale, *missing)

    def _renew(
        self, session: Session, protected: ProtectedTable, rows: Sequence[RowMapping]
    ) -> tuple[int, list[list[str]]]:
        changed, unreadable = 0, []
        for row in rows:
            values, bad = self._values(protected, row)
            key = [column == row[column.name] for column in protected.key]
            name = ",".join(str(row[column.name]) for column in protected.key)
            unreadable += [[f"{protected.table.name}.{column}", name] for column in bad]
            if values:
                # No record: the values are the same, only their tokens are new.
                _write(session, protected.raw.update().where(*key).values(values), f"{name} of {protected.table.name}")
                changed += 1
        return changed, unreadable

    def _values(self, protected: ProtectedTable, row: RowMapping) -> tuple[dict[str, str], list[str]]:
        values: dict[str, str] = {}
        bad = []
        for column in protected.encrypted:
            token, kind = row[column.name], column.type
            if token is None:
                continue
            try:
                plain = self._cipher.decrypt(token, kind.bound_to)  # type: ignore[attr-defined]
            except KeyringError:
                bad.append(column.name)
                continue
            if not self._cipher.is_current(token):
                values[column.name] = self._cipher.encrypt(plain, kind.bound_to)  # type: ignore[attr-defined]
            values |= self._indexes(protected, row, column.name, plain)
        return values, bad

    def _indexes(self, protected: ProtectedTable, row: RowMapping, of: str, plain: bytes) -> dict[str, str]:
        found = {}
        for index in protected.indexes.get(of, ()):
            kind: Any = index.type
            new = self._cipher.index(kind.normalised(plain.decode()), kind.bound_to)
            if row[index.name] != new:
                found[index.name] = new
        return found


def _write(session: Session, statement: Any, row: str) -> None:
    try:
        session.execute(statement, execution_options=AUDITED)
    except IntegrityError as error:
        what = f"The row {row} has a value that another row got meanwhile, under the newer index key."
        remedy = "Change or remove one of the two, then go on with: app keys rotate"
        raise EqualValuesError(what, remedy=remedy) from error


def _count(protected: ProtectedTable, condition: Any) -> Any:
    return select(func.count()).select_from(protected.raw).where(condition)
