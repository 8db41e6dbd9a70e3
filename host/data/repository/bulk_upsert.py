"""Inserts the rows that are new and updates the others, knowing exactly which was which, also beside other writers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from host.data.audit import AUDITED, Change, record
from host.data.batches.membership import in_any
from host.data.repository.bulk_insert import insert_rows
from host.data.repository.bulk_update import update_rows
from host.data.repository.edit import allowed
from host.data.repository.shape import Shape
from host.errors import ValidationError

Values = dict[str, Any]
Identity = tuple[Any, ...]


@final
@dataclass(frozen=True, slots=True)
class Upserted:
    """What an upsert did.

    Args:
        inserted: keys of the new rows.
        updated: how many rows that were there are different now.
        unchanged: how many were there and as wanted.
    """

    inserted: tuple[Any, ...]
    updated: int
    unchanged: int


def upsert_rows(session: Session, shape: Shape, rows: Sequence[Values], on: tuple[str, ...]) -> Upserted:
    """Store `rows`, told apart by the fields `on`.

    Raises:
        ValidationError: a row lacks one of `on`, names the key or version, or is there twice.
    """
    session.flush()
    wanted = _told_apart(shape, rows, on)
    known = _known(session, shape, wanted, on)
    inserted = _insert(session, shape, {values: row for values, row in wanted.items() if values not in known}, on)
    late = {values: row for values, row in wanted.items() if values not in known and values not in inserted}
    if late:
        # Another writer was faster: its rows are committed by now, or something else stands in the way and says so.
        known |= _known(session, shape, late, on)
        left = [row for values, row in late.items() if values not in known]
        inserted |= zip(late.keys() - known.keys(), insert_rows(session, shape, left), strict=True)
    changes = {key: _without(wanted[values], on) for values, key in known.items()}
    updated = update_rows(session, shape, changes, {})
    return Upserted(tuple(inserted.values()), updated, len(known) - updated)


def _told_apart(shape: Shape, rows: Sequence[Values], on: tuple[str, ...]) -> dict[Identity, Values]:
    shape.require(on)
    wanted: dict[Identity, Values] = {}
    for row in rows:
        if any(row.get(name) is None for name in on):
            raise ValidationError(f"A row of {shape.model.__name__} lacks {', '.join(on)}.", remedy="Fill it in.")
        allowed(shape, _without(row, on))
        values = tuple(row[name] for name in on)
        if values in wanted:
            raise ValidationError(
                f"{shape.model.__name__} {values} is given twice.", remedy="Decide which of the rows is meant."
            )
        wanted[values] = row
    return wanted


def _known(session: Session, shape: Shape, wanted: Mapping[Identity, Any], on: tuple[str, ...]) -> dict[Identity, Any]:
    own, told = list(shape.table.primary_key), [shape.fields[name] for name in on]
    query = select(*own, *told).where(in_any(told, wanted)).order_by(*own).with_for_update()
    if shape.soft:
        query = query.where(shape.table.c.deleted_at.is_(None))
    width = len(own)
    return {tuple(row[width:]): row[0] if width == 1 else tuple(row[:width]) for row in session.execute(query)}


def _insert(
    session: Session, shape: Shape, rows: Mapping[Identity, Values], on: tuple[str, ...]
) -> dict[Identity, Any]:
    """Insert rows unless somebody else just did, and return the keys of those inserted."""
    if shape.dialect(session).name != "postgresql":
        # SQLite's writer is alone until it commits.
        return dict(zip(rows, insert_rows(session, shape, list(rows.values())), strict=True))
    statement = insert(shape.table).on_conflict_do_nothing().returning(*shape.table.columns)
    told = [shape.fields[name].key for name in on]
    stored: list[Any] = []
    for _, alike in groupby(rows.values(), key=lambda row: row.keys()):
        stored += session.execute(statement, list(alike), execution_options=AUDITED).mappings()
    keys = {tuple(row[name] for name in told): shape.key_in(row) for row in stored}
    record(session, (Change(shape.table, shape.key_in(row), "insert", None, row) for row in stored))
    return keys


def _without(row: Values, names: tuple[str, ...]) -> Values:
    return {name: value for name, value in row.items() if name not in names}
