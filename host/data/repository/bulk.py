"""A repository's writes of many rows: a few statements for any number, audited row by row."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.orm import Session

from host.data.audit import AUDITED, Change, record
from host.data.batches.membership import in_any
from host.data.repository.bulk_insert import insert_rows, readied
from host.data.repository.bulk_update import update_rows
from host.data.repository.bulk_upsert import Upserted, upsert_rows
from host.data.repository.edit import allowed
from host.data.repository.held import release
from host.data.repository.scope import Scope
from host.data.rows.visibility import INCLUDE_DELETED

T = TypeVar("T")


class Bulk(Scope[T]):
    """What can be done to many rows at once; each call stays as a whole or not at all."""

    def bulk_add(self, rows: Iterable[T | Mapping[str, Any]]) -> list[Any]:
        """Store new rows and return their keys, in order.

        Args:
            rows: field → value, or objects; these are only read, their relations left aside.

        Raises:
            ValidationError: a name is no field.
        """
        ready = [readied(self._shape, row) for row in rows]
        return self._atomically(lambda session: insert_rows(session, self._shape, ready))

    def bulk_update(
        self, changes: Mapping[Any, Mapping[str, Any]], *, versions: Mapping[Any, int] | None = None
    ) -> int:
        """Store changed fields of many rows and return how many rows are different now.

        Args:
            changes: key → field → new value.
            versions: key → version that the editor saw, for the rows where that matters.

        Raises:
            NotFoundError: a row is gone, or softly deleted.
            StaleVersionError: somebody else edited one meanwhile.
            ValidationError: a name is no field that can be changed.
        """
        wanted = {key: allowed(self._shape, fields) for key, fields in changes.items()}
        return self._atomically(lambda session: update_rows(session, self._shape, wanted, versions or {}))

    def bulk_delete(self, keys: Iterable[Hashable]) -> int:
        """Remove rows for good and return how many there were; a key without a row is no error."""
        wanted = list(dict.fromkeys(keys))
        if any(relation.cascade.delete for relation in self._shape.mapper.relationships):
            return self._atomically(lambda session: self._delete_objects(session, wanted))
        return self._atomically(lambda session: self._delete_rows(session, wanted))

    def bulk_upsert(self, rows: Iterable[Mapping[str, Any]], on: Iterable[str]) -> Upserted:
        """Store rows that are new and change those that are there, and tell which was which.

        Args:
            rows: field → value; of a row that is there, the fields named are changed and the others stay.
            on: fields that tell whether a row is there, covered by a unique index; softly deleted rows are not.

        Raises:
            ValidationError: a name is no field, a row lacks one of `on`, or two rows have the same values there.
        """
        ready = [readied(self._shape, row) for row in rows]
        return self._atomically(lambda session: upsert_rows(session, self._shape, ready, tuple(on)))

    def _delete_rows(self, session: Session, keys: list[Any]) -> int:
        session.flush()
        shape, table = self._shape, self._shape.table
        mine = in_any(list(table.primary_key), keys)
        found = session.execute(select(table).where(mine).with_for_update()).mappings()
        gone: dict[Any, dict[str, Any]] = {shape.key_in(row): row for row in map(_plain, found)}
        session.execute(delete(table).where(mine), execution_options=AUDITED)
        record(session, (Change(table, key, "delete", row, None) for key, row in gone.items()))
        release(session, shape, gone)
        return len(gone)

    def _delete_objects(self, session: Session, keys: list[Any]) -> int:
        """Delete one by one, so that the session follows the relations that delete along."""
        attributes = [self._shape.attribute(name) for name in self._shape.key]
        rows = session.scalars(select(self._model).where(in_any(attributes, keys)).options(INCLUDE_DELETED)).all()
        for row in rows:
            session.delete(row)
        session.flush()
        return len(rows)


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
