"""Counts the rows and values that a rollback would lose."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, inspect, text

from host.data.migrate.revisions import Revision
from host.data.migrate.safety.changes import Change
from host.data.migrate.safety.recording import record

RULE: Final = "data-loss"
"""As ``accepted_risks`` names it, where a downgrade drops what stands elsewhere too."""


def losses(connection: Connection, revisions: Sequence[Revision]) -> list[str]:
    """Return what the downgrades of `revisions` would lose, one line each; empty tables and columns lose nothing."""
    found: list[str] = []
    for revision in revisions:
        recording = record(revision, "downgrade", connection.dialect.name)
        lines = [line for change in recording.changes for line in _lost(connection, change)]
        if recording.fault:
            lines.append(f"what cannot be told without running it ({recording.fault})")
        if RULE not in revision.accepted_risks:
            found += [f"{revision.id}: {line}" for line in lines if f"{revision.id}: {line}" not in found]
    return found


def _lost(connection: Connection, change: Change) -> Iterator[str]:
    table = _quoted(connection, change.table)
    if change.kind not in ("drop table", "drop column", "delete rows") or not _has(connection, change):
        return
    if change.kind == "drop column":
        column = _quoted(connection, change.name)
        count = connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL"))  # noqa: S608
        if count:
            yield f"{count} values of {change.table}.{change.name}"
        return
    count = connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 -- a name from the revision, quoted
    if count:
        some = "some of " if change.kind == "delete rows" else ""
        yield f"{some}{count} rows of {change.table}"


def _has(connection: Connection, change: Change) -> bool:
    """Tell whether the table, and the column, are there now: a later downgrade of the same run may make them first."""
    inspector = inspect(connection)
    if not inspector.has_table(change.table):
        return False
    names = {column["name"] for column in inspector.get_columns(change.table)}
    return change.kind != "drop column" or change.name in names


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
