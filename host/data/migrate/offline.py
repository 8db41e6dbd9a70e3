"""The SQL that an upgrade sends, as text for people who run it themselves or look at it before."""

from collections.abc import Iterator, Sequence
from typing import Final

from host.data.migrate.lock import LOCK_TIMEOUT_MS
from host.data.migrate.revisions import Revision
from host.data.migrate.safety.recording import record
from host.data.migrate.targets import Target, schema_error

_TIMEOUTS: Final = (f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms';", "SET LOCAL statement_timeout = 0;")


def offline_sql(target: Target, revisions: Sequence[Revision], dialect: str) -> str:
    """Return the statements of `revisions` with those that record them, oldest first.

    Raises:
        SchemaError: a revision does something that cannot be told without a database.
    """
    return "\n\n".join("\n".join(_of(target, revision, dialect)) for revision in revisions) + "\n"


def _of(target: Target, revision: Revision, dialect: str) -> Iterator[str]:
    recording = record(revision, "upgrade", dialect)
    if recording.fault:
        problem = f"it cannot be told without a database: {recording.fault}"
        raise schema_error(target, revision.id, problem, "Run it with: app db migrate")
    yield f"-- {target.id} {revision.id} ({revision.phase}): {revision.title}"
    if revision.batch is not None:
        yield "-- Its backfill runs in batches, which only `app db migrate` does."
    whole = revision.transactional or dialect == "sqlite"
    if whole:
        yield "BEGIN;"
    if dialect == "postgresql":
        yield from (_TIMEOUTS if whole else ("SET lock_timeout = 0;", "SET statement_timeout = 0;"))
    yield recording.sql.strip()
    yield from _stamp(target, revision)
    if whole:
        yield "COMMIT;"


def _stamp(target: Target, revision: Revision) -> Iterator[str]:
    if revision.down is None:
        key = f"CONSTRAINT {target.version_table}_pkc PRIMARY KEY (version_num)"
        yield f"CREATE TABLE IF NOT EXISTS {target.version_table} (version_num VARCHAR(32) NOT NULL, {key});"
        yield f"INSERT INTO {target.version_table} (version_num) VALUES ('{revision.id}');"  # noqa: S608 -- revision ids
    else:
        yield f"UPDATE {target.version_table} SET version_num = '{revision.id}';"  # noqa: S608
