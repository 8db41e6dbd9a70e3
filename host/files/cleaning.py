"""Removes expired files: each row with its blob, several cleaners at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from host.contracts.blobs import BlobStore
from host.data.access_tables import FileRow
from host.data.clock import now
from host.data.database import Database
from host.data.retention.holds import held_rows, let_none_begin
from host.data.unit_of_work import UnitOfWork

BATCH: Final = 200


def count_expired(database: Database) -> int:
    """Return how many files would go."""
    with database.begin(readonly=True) as unit:
        held = held_rows(unit.session).get(FileRow.__tablename__, [])
        wanted = _due(now(unit.session), held)
        return unit.session.scalar(select(func.count()).select_from(FileRow).where(*wanted)) or 0


def remove_expired(database: Database, blobs: BlobStore) -> int:
    """Remove files that have expired and are under no legal hold, and return how many.

    The blob goes first: it belongs to this file alone, nobody is handed an expired file, and whoever is reading it
    reads on to its end. Killed in between leaves a row that the next run takes.
    """
    total = 0
    while True:
        count = database.run_tx(lambda unit: _batch(unit, blobs))
        total += count
        if count < BATCH:
            return total


def _batch(unit: UnitOfWork, blobs: BlobStore) -> int:
    let_none_begin(unit.session)
    held = held_rows(unit.session).get(FileRow.__tablename__, [])
    query = select(FileRow).where(*_due(now(unit.session), held)).order_by(FileRow.id).limit(BATCH)
    rows = unit.session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        blobs.delete(row.blob_id)
        unit.session.delete(row)
    return len(rows)


def _due(moment: datetime, held: Sequence[str | None]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [FileRow.expires_at <= moment]
    if None in held:
        conditions.append(FileRow.id.is_(None))
    elif held:
        conditions.append(FileRow.id.not_in([key for key in held if key]))
    return conditions
