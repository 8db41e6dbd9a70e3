"""Takes staged rows into the articles, in portions, and records what each article was and is; in one transaction."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CursorResult,
    Subquery,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from host import AUDITED, Change, UtcDateTime, record
from plugins.warehouse.columns import Quantity
from plugins.warehouse.import_models import Import, ImportRow
from plugins.warehouse.models import Article

PORTION: Final = 2_000
"""Rows that are read, written and recorded at a time: what the import needs of memory."""
DEFAULTS: Final[dict[str, Any]] = {"category": "", "category_key": "", "unit": "pcs", "barcode": "", "note": ""}
OPTIONAL: Final = (*DEFAULTS, "price_cents", "minimum_stock")
_TABLE: Final[Any] = Article.__table__
Known = dict[int, Mapping[str, Any]]


def apply(session: Session, import_: Import, moment: datetime) -> None:
    """Take every staged row into the articles; one that says nothing new leaves its article as it is."""
    for rows in _portions(session, import_.id):
        before = _articles(session, rows, lock=True)
        import_.updated += _update(session, rows.c, moment)
        _insert(session, rows, moment)
        after = _articles(session, rows)
        import_.created += len(after) - len(before)
        record(session, _changes(before, after))


def _portions(session: Session, import_id: int) -> Iterator[Subquery]:
    after = ""
    while True:
        key = select(ImportRow.number_key).where(ImportRow.import_id == import_id, ImportRow.number_key > after)
        last = select(func.max(key.order_by(ImportRow.number_key).limit(PORTION).subquery().c.number_key))
        until = session.scalar(last)
        if until is None:
            return
        rows = select(ImportRow).where(ImportRow.import_id == import_id)
        yield rows.where(ImportRow.number_key > after, ImportRow.number_key <= until).subquery()
        after = until


def _live(rows: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = (_TABLE.c.number_key == rows.number_key) & _TABLE.c.deleted_at.is_(None)
    return condition


def _articles(session: Session, rows: Subquery, *, lock: bool = False) -> Known:
    """Return the articles that these rows are about, as they are stored now."""
    query = select(_TABLE).join(rows, _live(rows.c)).order_by(_TABLE.c.id)
    found = session.execute(query.with_for_update(of=_TABLE) if lock else query)
    return {row["id"]: cast("Mapping[str, Any]", row) for row in found.mappings()}


def _update(session: Session, row: Any, moment: datetime) -> int:
    values = _merged(row)
    differs = or_(*(_TABLE.c[name].is_distinct_from(value) for name, value in values.items()))
    values |= {"version": _TABLE.c.version + 1, "updated_at": moment}
    done = session.execute(update(_TABLE).where(_live(row), differs).values(values), execution_options=AUDITED)
    return cast("CursorResult[Any]", done).rowcount


def _insert(session: Session, rows: Subquery, moment: datetime) -> None:
    known = select(literal(1)).where(_live(rows.c)).exists()
    columns = _new(rows.c, moment)
    query = select(*columns.values()).where(~known)
    added = insert(_TABLE).from_select(list(columns), query, include_defaults=False)
    session.execute(added, execution_options=AUDITED)


def _merged(row: Any) -> dict[str, Any]:
    """Return what a known article becomes: an empty cell leaves what it has; the unit stays while there is stock."""
    values: dict[str, Any] = {name: func.coalesce(row[name], _TABLE.c[name]) for name in OPTIONAL}
    values["unit"] = case((type_coerce(_TABLE.c.stock, BigInteger) != 0, _TABLE.c.unit), else_=values["unit"])
    return values | {"number": row.number, "name": row.name, "name_key": row.name_key, "active": literal(True)}


def _new(row: Any, moment: datetime) -> dict[str, Any]:
    nothing = literal(0, BigInteger)
    columns = {name: row[name] for name in ("number", "number_key", "name", "name_key")}
    columns |= {name: func.coalesce(row[name], value) for name, value in DEFAULTS.items()}
    columns["price_cents"] = func.coalesce(row.price_cents, nothing)
    columns["minimum_stock"] = func.coalesce(row.minimum_stock, type_coerce(nothing, Quantity))
    columns |= {"stock": nothing, "reserved": nothing, "active": literal(True), "version": literal(1)}
    return columns | dict.fromkeys(("created_at", "updated_at"), literal(moment, UtcDateTime))


def _changes(before: Known, after: Known) -> Iterator[Change]:
    for key, now in after.items():
        was = before.get(key)
        if was is None:
            yield Change(_TABLE, key, "insert", None, dict(now))
        elif changed := [name for name in now if was[name] != now[name]]:
            old, new = ({name: row[name] for name in changed} for row in (was, now))
            yield Change(_TABLE, key, "update", old, new)
