"""Updates many rows: reads and locks what is there in one statement, writes only what differs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.orm import Session

from host.data.audit import AUDITED, Change, record
from host.data.batches.membership import in_any
from host.data.repository.edit import VERSION
from host.data.repository.faults import NotFoundError, StaleVersionError
from host.data.repository.held import overwrite
from host.data.repository.shape import Shape

Fields = Mapping[str, Any]


def update_rows(session: Session, shape: Shape, wanted: Mapping[Any, Fields], versions: Mapping[Any, int]) -> int:
    """Write key → field → value and return how many rows differ now.

    Raises:
        NotFoundError: a row is gone, or softly deleted.
        StaleVersionError: one is no longer in the version that was seen.
    """
    if not wanted:
        return 0
    session.flush()
    before = _locked(session, shape, wanted)
    for key in wanted:
        if key not in before:
            raise NotFoundError(shape.model, key)
        if shape.versioned and versions.get(key, before[key][VERSION]) != before[key][VERSION]:
            raise StaleVersionError(shape.model, key, (), before[key][VERSION])
    after = {key: changed for key, fields in wanted.items() if (changed := _changed(shape, before[key], fields))}
    _write(session, shape, after)
    record(
        session,
        (
            Change(shape.table, key, "update", _named(shape, before[key], fields), _named(shape, fields, fields))
            for key, fields in after.items()
        ),
    )
    overwrite(session, shape, after)
    return len(after)


def _locked(session: Session, shape: Shape, wanted: Mapping[Any, Fields]) -> dict[Any, dict[str, Any]]:
    names = dict.fromkeys(name for fields in wanted.values() for name in fields)
    if shape.versioned:
        names[VERSION] = None
    own = list(shape.table.primary_key)
    query = select(*own, *(shape.fields[name] for name in names)).where(in_any(own, wanted)).order_by(*own)
    if shape.soft:
        query = query.where(shape.table.c.deleted_at.is_(None))
    width = len(own)
    rows = session.execute(query.with_for_update())
    return {row[0] if width == 1 else tuple(row[:width]): dict(zip(names, row[width:], strict=True)) for row in rows}


def _changed(shape: Shape, before: Fields, wanted: Fields) -> dict[str, Any]:
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if shape.versioned and changed.keys() - shape.model.unversioned:
        changed[VERSION] = before[VERSION] + 1
    return changed


def _write(session: Session, shape: Shape, after: Mapping[Any, Fields]) -> None:
    """Send one statement a set of columns, with all its rows."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    key_columns = [column.key for column in shape.table.primary_key]
    for key, fields in after.items():
        parts = key if len(key_columns) > 1 else (key,)
        found = {f"key_{name}": part for name, part in zip(key_columns, parts, strict=True)}
        alike[tuple(fields)].append({**found, **{f"new_{name}": value for name, value in fields.items()}})
    for names, rows in alike.items():
        # The connection's execute: the session's would take rows without an ORM key for its own bulk update.
        connection = session.connection(bind_arguments={"mapper": shape.model})
        connection.execute(_statement(shape, names), rows, execution_options=AUDITED)


def _statement(shape: Shape, names: Sequence[str]) -> Update:
    statement = update(shape.table)
    for column in shape.table.primary_key:
        statement = statement.where(column == bindparam(f"key_{column.key}", type_=column.type))
    return statement.values(
        {shape.fields[name]: bindparam(f"new_{name}", type_=shape.fields[name].type) for name in names}
    )


def _named(shape: Shape, values: Fields, names: Fields) -> dict[str, Any]:
    return {shape.fields[name].name: values[name] for name in names}
