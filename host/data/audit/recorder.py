"""Records what sessions write: flushes by themselves, bulk writes by `record()`, each in its own transaction."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapper, Session, SessionTransaction, UOWTransaction, object_session
from sqlalchemy.orm.attributes import instance_state

from host.data.actor import ActorSource
from host.data.audit.change import Change
from host.data.audit.flushes import Flush, changes, remember
from host.data.audit.writer import AuditKeys, AuditWriter

if TYPE_CHECKING:
    from host.data.database import Database

_WRITER: Final = "holdfast.audit"
_FLUSH: Final = "holdfast.audit_flush"
_SESSION: Final = "holdfast.audit_session"


@final
class AuditRecorder:
    """Writes an audit row for every changed record of a database; rows of a rolled-back savepoint go with it.

    Args:
        keys: authenticate the rows.
        actor: says who acts.
    """

    def __init__(self, keys: AuditKeys, actor: ActorSource) -> None:
        self._writer = AuditWriter(keys, actor)

    def attach(self, database: "Database") -> None:
        """Record what the database's writing sessions flush."""
        known = database.writing.kw.get("info") or {}
        database.writing.configure(info={**known, _WRITER: self._writer})
        for name, call in (
            ("after_begin", _begun),
            ("before_flush", _flush_begins),
            ("after_flush", _flush_ends),
            ("after_soft_rollback", _rolled_back),
        ):
            event.listen(database.writing, name, call)


def record(session: Session, changes: Iterable[Change]) -> None:
    """Write the audit rows of changes that no flush makes, such as a bulk update.

    They belong to the running transaction or savepoint; any number can be given, they are written in chunks. A session
    of a database without an audit records nothing.
    """
    writer: AuditWriter | None = session.info.get(_WRITER)
    if writer is not None:
        writer.write(session.connection(), changes)


def running_flush(connection: Connection) -> Flush | None:
    """Return the flush that `connection` is used by right now; none for the bulk methods, which tell nobody."""
    session: Session | None = connection.info.get(_SESSION)
    if session is None or not session._flushing:
        return None
    flush: Flush | None = session.info.get(_FLUSH)
    return flush


def _begun(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.info[_SESSION] = session


def _flush_begins(session: Session, _context: UOWTransaction, _objects: Any) -> None:
    session.info[_FLUSH] = Flush()


def _flush_ends(session: Session, context: UOWTransaction) -> None:
    flush: Flush = session.info.pop(_FLUSH)
    record(session, changes(session, flush, context))


def _rolled_back(session: Session, _previous: SessionTransaction) -> None:
    session.info.pop(_FLUSH, None)


@event.listens_for(Mapper, "before_update")
def _before_update(_mapper: Mapper[Any], connection: Connection, target: object) -> None:
    _remember(connection, target, deleted=False)


@event.listens_for(Mapper, "before_delete")
def _before_delete(_mapper: Mapper[Any], connection: Connection, target: object) -> None:
    _remember(connection, target, deleted=True)


def _remember(connection: Connection, target: object, *, deleted: bool) -> None:
    session = object_session(target)
    flush = session.info.get(_FLUSH) if session is not None else None
    if flush is not None:
        remember(flush, instance_state(target), connection, deleted=deleted)
