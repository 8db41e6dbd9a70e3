"""Runs a revision that PostgreSQL allows in no transaction, such as building an index concurrently."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, text

from host.data.database import Database
from host.data.migrate.history import note_upgrade
from host.data.migrate.revisions import Revision
from host.data.migrate.running import Runner, Work
from host.data.migrate.safety.recording import Direction, record
from host.errors import SchemaError

_INVALID: Final = text(
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT i.indisvalid AND c.relname = ANY(:names) AND pg_table_is_visible(c.oid)"
)


def run_alone(database: Database, work: Work, revision: Revision, direction: Direction) -> None:
    """Run one revision, each statement committing by itself.

    The caller holds the lock of all migrations in a transaction that has looked at none of the target's tables:
    dropping an index concurrently waits for everybody who has.

    An index that a failure or a kill left INVALID is dropped before the revision runs again, and after it failed.

    Raises:
        SchemaError: it failed; what it did before may be there, and it can be run again.
    """
    engine = database.single.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Waiting for a table this way makes nobody wait behind; the build itself may last.
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SET statement_timeout = 0"))
        runner = Runner(connection, work)
        names = [change.name for change in record(revision, direction, "postgresql").changes if change.name]
        drop_invalid(connection, names)
        try:
            if direction == "upgrade":
                # Noted before: a kill after the version is written must not leave it without a record.
                note_upgrade(connection, work.target.id, revision, 0, work.actor)
                runner.upgrade([revision])
            else:
                runner.downgrade([revision], revision.down or "base")
        except SchemaError:
            drop_invalid(connection, names)
            raise


def drop_invalid(connection: Connection, names: Sequence[str]) -> None:
    """Drop those of the named indexes that were not built to their end."""
    for name in connection.scalars(_INVALID, {"names": list(names)}).all():
        quoted = connection.dialect.identifier_preparer.quote(name)
        connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}"))
