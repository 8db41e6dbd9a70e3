"""Brings a record back to an earlier version: an ordinary write through the ORM, which leaves a record of its own."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Table, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper, Session

from host.data.audit.flushes import acting_as
from host.data.audit.mapped import mapper_of
from host.data.audit.reading import AuditRecord
from host.data.audit.record_key import key_values
from host.data.audit.values import for_column
from host.data.repository import INCLUDE_DELETED
from host.errors import HostError

DERIVED: Final = "derived"
"""Key of `Column.info` for a column that the program computes, such as a sum: it keeps today's value."""
Values = dict[str, Any]


class RestoreError(HostError):
    """An earlier version cannot be brought back."""

    user_message = "This version cannot be restored."


def state_at(now: Values | None, newer: Iterable[AuditRecord], target: AuditRecord) -> Values | None:
    """Return the row as `target` left it, by undoing what happened since; of a deletion, as it was before.

    Args:
        now: the row of today, ``None`` if there is none.
        newer: the records after `target`, newest first.
    """
    state = now
    for record in newer:
        state = _undone(state, record)
    return dict(target.before or {}) if target.after is None else state


def _undone(state: Values | None, record: AuditRecord) -> Values | None:
    if record.before is None:
        return None
    if record.after is None:
        return dict(record.before)
    return {**(state or {}), **record.before}


def write_back(session: Session, table: Table, key: str, state: Values, others: Mapping[Table, Values]) -> None:
    """Write `state` into the record, which is made anew if it is gone.

    Args:
        others: what the record's other tables hold, with joined inheritance.

    Raises:
        RestoreError: the schema has changed, another record holds a unique value, or the database refuses.
    """
    mapper = _mapper(table, state)
    values = _attributes(session, mapper, {table: state, **others})
    found = _find(session, mapper, table, key)
    with acting_as(session, "restore"):
        try:
            with session.begin_nested():
                if found is None:
                    session.add(mapper.class_(**values))
                else:
                    for name, value in values.items():
                        if name not in _kept(mapper) and getattr(found, name) != value:
                            setattr(found, name, value)
                session.flush()
        except IntegrityError as error:
            raise _conflict(session, table, key, state, error) from error


def _mapper(table: Table, state: Values) -> Mapper[Any]:
    mapper = mapper_of(table)
    if mapper is None:
        what = f"No loaded model has the table {table.name}."
        raise RestoreError(what, remedy="Switch on the plugin that owns it, or write the old values back by hand.")
    gone = sorted(set(state) - {column.name for column in table.columns})
    if gone:
        what = f"{table.name} no longer has the column {', '.join(gone)}, which the earlier version holds."
        raise RestoreError(what, remedy="Write the values that still fit by hand.")
    if mapper.polymorphic_on is not None:
        kind = state.get(str(mapper.polymorphic_on.key))
        return mapper.polymorphic_map.get(kind, mapper)
    return mapper


def _attributes(session: Session, mapper: Mapper[Any], states: Mapping[Table, Values]) -> Values:
    dialect = session.connection().dialect
    values: Values = {}
    for table, state in states.items():
        for column in table.columns:
            if column.name in state and column in mapper._columntoproperty:
                value = for_column(column, state[column.name], dialect)
                values[mapper.get_property_by_column(column).key] = value
    return values


def _find(session: Session, mapper: Mapper[Any], table: Table, key: str) -> Any:
    parts = zip(table.primary_key.columns, key_values(table, key), strict=True)
    query = select(mapper.class_).where(*(column == part for column, part in parts))
    return session.scalars(query.options(INCLUDE_DELETED).with_for_update(of=mapper.local_table)).one_or_none()


def kept_columns(table: Table) -> set[str]:
    """Return the names of columns that go on counting instead of going back, where the row is there."""
    mapper = mapper_of(table)
    version = mapper.version_id_col if mapper is not None else None
    return {column.name for column in table.columns if column.info.get(DERIVED) or column is version}


def _kept(mapper: Mapper[Any]) -> set[str]:
    named = {name for table in mapper.tables if isinstance(table, Table) for name in kept_columns(table)}
    columns = [*mapper.primary_key, *(column for column in mapper.columns if column.name in named)]
    return {mapper.get_property_by_column(column).key for column in columns}


def _conflict(session: Session, table: Table, key: str, state: Values, error: IntegrityError) -> RestoreError:
    own = list(table.primary_key.columns)
    mine = key_values(table, key)
    dialect = session.connection().dialect
    for columns in _unique(table):
        wanted = [for_column(column, state.get(column.name), dialect) for column in columns]
        if None in wanted:
            continue
        same = (column == value for column, value in zip(columns, wanted, strict=True))
        row = session.connection().execute(select(*own).where(*same)).first()
        if row is not None and tuple(row) != mine:
            names = ", ".join(column.name for column in columns)
            what = f"{table.name} {', '.join(map(str, row))} has the same {names}, which must be unique."
            return RestoreError(what, remedy="Change that record first.")
    reason = str(error.orig).strip().partition("\n")[0]
    return RestoreError(f"The database refuses the earlier version of {table.name} {key}: {reason}.")


def _unique(table: Table) -> list[list[Any]]:
    constraints = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    return constraints + [list(each.columns) for each in table.indexes if each.unique]
