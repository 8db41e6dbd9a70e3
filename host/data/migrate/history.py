"""Keeps the record of the revisions that ran, and tells the audit who ran them."""

import os
import socket
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from sqlalchemy import Connection, delete, insert, inspect
from sqlalchemy.orm import Session

from host.data.actor import Actor
from host.data.audit import Action, Change, record
from host.data.audit.tables import AuditRow
from host.data.clock import now
from host.data.migrate.revisions import Revision
from host.data.migrate.tables import MigrationRow

_TABLE: Final = MigrationRow.__tablename__


def app_version() -> str:
    """Return the version of the app that runs here."""
    try:
        return version("holdfast")
    except PackageNotFoundError:
        return "unknown"


def has_audit(connection: Connection) -> bool:
    """Tell whether the database has an audit trail."""
    return inspect(connection).has_table(AuditRow.__tablename__)


def audit_step(session: Session, target: str, revision: Revision, action: Action, actor: Actor) -> None:
    """Let the audit trail know.

    Args:
        session: of the database whose schema changed, on the connection that changes it.
        target: whose tables.
        revision: that ran.
        action: ``insert`` for an upgrade, ``delete`` for a rollback.
        actor: who migrates.
    """
    values = {"phase": revision.phase, "version": app_version(), "user_name": actor.name}
    sides = {"after": values} if action == "insert" else {"before": values}
    table = MigrationRow.metadata.tables[_TABLE]
    record(session, [Change(table=table, key=(target, revision.id), action=action, **sides)])


def note_upgrade(connection: Connection, target: str, revision: Revision, duration_ms: int, actor: Actor) -> None:
    """Record that a revision ran, in its own transaction; before the table exists there is no record."""
    if not inspect(connection).has_table(_TABLE):
        return
    note_downgrade(connection, target, revision)
    values = {
        "target": target,
        "revision": revision.id,
        "down_revision": revision.down,
        "phase": revision.phase,
        "at": now(Session(connection)),
        "duration_ms": duration_ms,
        "version": app_version(),
        "user_name": actor.name,
        "host_name": socket.gethostname(),
        "pid": os.getpid(),
    }
    connection.execute(insert(MigrationRow).values(values))


def note_downgrade(connection: Connection, target: str, revision: Revision) -> None:
    """Forget that a revision ran."""
    if inspect(connection).has_table(_TABLE):
        gone = (MigrationRow.target == target) & (MigrationRow.revision == revision.id)
        connection.execute(delete(MigrationRow).where(gone))


def forget_target(connection: Connection, target: str) -> None:
    """Forget every revision of a target whose tables are gone."""
    if inspect(connection).has_table(_TABLE):
        connection.execute(delete(MigrationRow).where(MigrationRow.target == target))
