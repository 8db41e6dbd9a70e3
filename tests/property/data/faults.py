"""Faults that somebody might build into the data layer; each must be found by the machine."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, TypeAlias

import pytest
from sqlalchemy import event, update

from host.data import Database
from host.data import unit_of_work as units
from host.data.audit import AUDITED, Change
from host.data.audit.writer import AuditWriter
from host.data.repository import bulk_update, bulk_upsert, deleting, held
from host.data.rows import mixins, visibility

Patch: TypeAlias = pytest.MonkeyPatch
Fault: TypeAlias = Callable[[Patch, Database], None]


def audit_survives_a_savepoint(patch: Patch, database: Database) -> None:
    """Audit rows are kept in memory and written at the outer commit, whatever was rolled back meanwhile."""
    kept: list[Any] = []
    write = AuditWriter.write
    patch.setattr(AuditWriter, "write", lambda self, connection, changes: kept.extend((self, each) for each in changes))

    def flush(session: Any) -> None:
        for writer, change in kept:
            write(writer, session.connection(), [change])
        kept.clear()

    event.listen(database.writing, "before_commit", flush)


def audit_is_written_twice(patch: Patch, _database: Database) -> None:
    record = bulk_update.record
    patch.setattr(bulk_update, "record", lambda session, changes: [record(session, each) for each in _twice(changes)])


def _twice(changes: Any) -> list[Any]:
    listed = list(changes)
    return [listed, listed]


def version_stays(patch: Patch, _database: Database) -> None:
    patch.setattr(mixins, "_edited", lambda *_: False)


def bulk_version_stays(patch: Patch, _database: Database) -> None:
    def unversioned(_shape: Any, before: Any, wanted: Any) -> dict[str, Any]:
        return {name: value for name, value in wanted.items() if before[name] != value}

    patch.setattr(bulk_update, "_changed", unversioned)


def restore_takes_all(patch: Patch, _database: Database) -> None:
    unmark = deleting._unmark

    def too_much(session: Any, shape: Any, batch: Any) -> int:
        others = update(shape.table).where(shape.table.c.deleted_at.is_not(None)).values(delete_batch_id=batch)
        session.execute(others, execution_options=AUDITED)
        return unmark(session, shape, batch)

    patch.setattr(deleting, "_unmark", too_much)


def restore_forgets_the_lines(patch: Patch, _database: Database) -> None:
    patch.setattr(deleting, "related", lambda shape: [shape])


def deleted_rows_are_shown(patch: Patch, _database: Database) -> None:
    patch.setattr(deleting, "_mark", lambda *_: {})
    patch.setattr(visibility, "_LIVE_ONLY", visibility.INCLUDE_DELETED)


def upsert_tells_inserts_only(patch: Patch, _database: Database) -> None:
    def as_insert(*given: Any) -> Change:
        change = Change(*given)
        return Change(change.table, change.key, "insert", None, change.after)

    patch.setattr(bulk_update, "Change", as_insert)


def upsert_forgets_its_updates(patch: Patch, _database: Database) -> None:
    patch.setattr(bulk_upsert, "update_rows", lambda *_: 0)


def bulk_is_not_atomic(patch: Patch, _database: Database) -> None:
    """A refused row of a bulk insert leaves the ones before it."""
    from host.data.repository import bulk

    insert = bulk.insert_rows

    def one_by_one(session: Any, shape: Any, rows: Any) -> list[Any]:
        keys = [key for row in rows[:1] for key in insert(session, shape, [row])]
        session.connection().exec_driver_sql("SAVEPOINT planted")
        try:
            return keys + insert(session, shape, rows[1:])
        except Exception:
            session.connection().exec_driver_sql("ROLLBACK TO planted")
            return keys

    patch.setattr(bulk, "insert_rows", one_by_one)


def held_objects_keep_lost_values(patch: Patch, _database: Database) -> None:
    patch.setattr(units.UnitOfWork, "_forget", lambda _self: None)
    patch.setattr(held, "note_written", lambda *_: None)


def held_objects_miss_bulk_writes(patch: Patch, _database: Database) -> None:
    patch.setattr(bulk_update, "overwrite", lambda *_: None)


def lost_rows_count_as_stored(patch: Patch, _database: Database) -> None:
    patch.setattr(units, "roll_back", lambda _session: None)


def callbacks_of_lost_units_run(patch: Patch, _database: Database) -> None:
    nested = units.nested

    @contextmanager
    def absorbing(database: Any, outer: Any, *, readonly: bool) -> Any:
        inner = None
        try:
            with nested(database, outer, readonly=readonly) as inner:
                yield inner
        except BaseException:
            if inner is not None:
                outer._absorb(inner)
            raise

    from host.data import database as module

    patch.setattr(module, "nested", absorbing)


def callbacks_run_twice(patch: Patch, _database: Database) -> None:
    announce = units.UnitOfWork._announce

    def again(self: Any) -> None:
        announce(self)
        announce(self)

    patch.setattr(units.UnitOfWork, "_announce", again)


FAULTS: tuple[Fault, ...] = (
    audit_survives_a_savepoint,
    audit_is_written_twice,
    version_stays,
    bulk_version_stays,
    restore_takes_all,
    restore_forgets_the_lines,
    deleted_rows_are_shown,
    upsert_tells_inserts_only,
    upsert_forgets_its_updates,
    bulk_is_not_atomic,
    held_objects_keep_lost_values,
    held_objects_miss_bulk_writes,
    lost_rows_count_as_stored,
    callbacks_of_lost_units_run,
    callbacks_run_twice,
)
