"""Counts and removes rows of the host that have expired: processes long dead, changes that everybody has read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from host.data.clock import now
from host.data.database import Database
from host.data.processes import FORGET_S
from host.data.tables import ChangeRow, HostBase, ProcessRow
from host.data.unit_of_work import UnitOfWork

KEEP_CHANGES_S: Final = 24 * 3600.0
"""Seconds for which changes are kept, as long as a listener may be away without reading everything anew."""


def expired_rows(database: Database) -> Mapping[str, int]:
    """Return table → number of expired rows."""
    with database.begin(readonly=True) as unit:
        return {
            table.__tablename__: unit.session.scalar(select(func.count()).select_from(table).where(expired)) or 0
            for table, expired in _expired(unit.session).items()
        }


def remove_expired_rows(database: Database) -> Mapping[str, int]:
    """Remove them; return table → number of removed rows."""

    def remove(unit: UnitOfWork) -> dict[str, int]:
        removed = {}
        for table, expired in _expired(unit.session).items():
            gone = unit.session.execute(delete(table).where(expired).returning(*table.__table__.primary_key)).all()
            removed[table.__tablename__] = len(gone)
        return removed

    return database.run_tx(remove)


def _expired(session: Session) -> dict[type[HostBase], ColumnElement[bool]]:
    moment = now(session)
    # The newest change stays: from it a listener that comes late sees that it is late.
    newest = session.scalar(select(func.max(ChangeRow.seq))) or 0
    old_change = ChangeRow.at < moment - timedelta(seconds=KEEP_CHANGES_S)
    return {
        ProcessRow: ProcessRow.heartbeat < moment - timedelta(seconds=FORGET_S),
        ChangeRow: old_change & (ChangeRow.seq < newest),
    }
