"""Compares rows with what the audit says of them: finds what was written past the app, in SQL or by a trigger."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, final

from sqlalchemy import Numeric, Table, select
from sqlalchemy.orm import Session

from host.data.audit.exemptions import reason
from host.data.audit.record_key import key_text, key_values
from host.data.audit.rows import load
from host.data.audit.tables import AuditRow
from host.data.audit.values import decode, for_column
from host.data.batches import in_any
from host.data.database import Database
from host.data.protection import BlindIndex

_AT_ONCE: Final = 500
_NO_RECORD: Final = object()

Values = Mapping[str, Any]


@final
@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that is not as its records left it.

    Args:
        kind: ``unrecorded`` (no record tells of the row), ``differs`` (a column holds something else), ``missing`` (it
            was not deleted by the app, but is gone).
        columns: which ones differ.
    """

    kind: Literal["unrecorded", "differs", "missing"]
    table: str
    key: str
    columns: tuple[str, ...] = ()


def differences(database: Database, tables: Iterable[Table]) -> Iterator[RowDifference]:
    """Yield every difference, table by table, in steps that cost the same memory whatever the size.

    Each step reads rows and records of one moment, so writers may go on meanwhile. A row that was there before the
    audit began counts as unrecorded.
    """
    for table in sorted(tables, key=lambda table: table.name):
        if reason(table) is None and table.name != AuditRow.__tablename__ and len(table.primary_key.columns):
            yield from _of_rows(database, table)
            yield from _of_records(database, table)


def _of_rows(database: Database, table: Table) -> Iterator[RowDifference]:
    own = list(table.primary_key.columns)
    query, last = select(table).order_by(*own).limit(_AT_ONCE), None
    while True:
        with database.begin(readonly=True) as unit:
            rows = unit.session.execute(query if last is None else query.where(_after(own, last))).mappings().all()
            found = [({column.name: row[column] for column in table.columns}) for row in rows]
            keys = [tuple(row[column] for column in own) for row in rows]
            told = _told(unit.session, table, [key_text(key) for key in keys])
        for key, row in zip(map(key_text, keys), found, strict=True):
            if told.get(key) is None:
                yield RowDifference("unrecorded", table.name, key)
            elif other := _differing(table, row, told[key] or {}):
                yield RowDifference("differs", table.name, key, other)
        if len(rows) < _AT_ONCE:
            return
        last = keys[-1]


def _after(own: Sequence[Any], last: Sequence[Any]) -> Any:
    """Return the condition of rows after `last`: each column in turn, those before it being equal."""
    column, value = own[0], last[0]
    if len(own) == 1:
        return column > value
    return (column > value) | ((column == value) & _after(own[1:], last[1:]))


def _of_records(database: Database, table: Table) -> Iterator[RowDifference]:
    last = ""
    named = select(AuditRow.record_key).where(AuditRow.table_name == table.name).distinct()
    while True:
        step = named.where(AuditRow.record_key > last).order_by(AuditRow.record_key).limit(_AT_ONCE)
        with database.begin(readonly=True) as unit:
            keys = list(unit.session.scalars(step))
            told = _told(unit.session, table, keys)
            there = [key for key in keys if told.get(key) is not None]
            wanted = [key_values(table, key) for key in there]
            found = {key_text(key) for key in load(unit.session.connection(), table, wanted, ())}
        yield from (RowDifference("missing", table.name, key) for key in there if key not in found)
        if len(keys) < _AT_ONCE:
            return
        last = keys[-1]


def _told(session: Session, table: Table, keys: Sequence[str]) -> dict[str, Values | None]:
    """Return key → the last recorded value of each column; ``None`` for a row that was deleted."""
    query = select(AuditRow.record_key, AuditRow.changes).where(AuditRow.table_name == table.name)
    told: dict[str, Values | None] = {}
    for key, changes in session.execute(query.where(in_any(AuditRow.record_key, keys)).order_by(AuditRow.id)):
        new = json.loads(changes).get("new")
        told[key] = None if new is None else {**(told.get(key) or {}), **new}
    dialect = session.connection().dialect
    columns = {column.name: column for column in table.columns if not isinstance(column.type, BlindIndex)}
    return {
        key: None if values is None else {
            name: for_column(columns[name], decode(value), dialect) for name, value in values.items() if name in columns
        }
        for key, values in told.items()
    }  # fmt: skip


def _differing(table: Table, row: Values, told: Values) -> tuple[str, ...]:
    scales = {
        column.name: column.type.scale
        for column in table.columns
        if isinstance(column.type, Numeric) and column.type.scale is not None
    }
    return tuple(name for name, value in told.items() if not _same(row.get(name, _NO_RECORD), value, scales.get(name)))


def _same(stored: Any, told: Any, scale: int | None) -> bool:
    if scale is not None and isinstance(told, Decimal):
        # The database rounds to the column's scale, the record has what was given.
        return bool(stored == round(told, scale))
    return bool(stored == told)
