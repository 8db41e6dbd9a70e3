"""Puts a checked batch into the staged rows, in the caller's transaction; no article changes by it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from host import in_any
from plugins.warehouse.faults import Fault
from plugins.warehouse.folding import fold
from plugins.warehouse.import_models import Import, ImportFault, ImportRow
from plugins.warehouse.importing.batch import BadCell, Batch, GoodRow
from plugins.warehouse.models import Article


def stage(session: Session, import_: Import, batch: Batch) -> None:
    """Store the batch's rows; those that clash with an earlier row or an article become bad ones."""
    keys = {row.line: fold(row.article.number) for row in batch.good}
    units = _units(session, list(keys.values()))
    first: dict[str, GoodRow] = {}
    for row in batch.good:
        key = keys[row.line]
        if key in first:
            _refuse(import_, batch, row, _twice(first[key].line))
        elif (unit := units.get(key)) is not None and row.article.unit not in {None, unit}:
            _refuse(import_, batch, row, Fault("warehouse.error.unit_kept", "unit", {"unit": unit}))
        else:
            first[key] = row
    staged = _inserted(session, import_.id, first)
    known = _lines(session, import_.id, [key for key in first if key not in staged])
    for key, line in known.items():
        _refuse(import_, batch, first[key], _twice(line))
    if batch.bad:
        moment = datetime.now(UTC)
        session.execute(insert(ImportFault), [_bad(import_.id, cell, moment) for cell in batch.bad])
    import_.rows_good += len(staged)
    import_.rows_bad += batch.bad_rows


def discard(session: Session, import_: Import) -> None:
    """Drop the staged rows; the bad ones stay to be read."""
    staged = delete(ImportRow).where(ImportRow.import_id == import_.id)
    session.execute(staged.execution_options(synchronize_session=False))


def _inserted(session: Session, import_id: int, rows: Mapping[str, GoodRow]) -> set[str]:
    """Insert the rows and return the keys of those that no earlier row of the file has taken.

    The unique index decides, not a look beforehand: PostgreSQL keeps the plan that it made for the look while the
    table was small, and each batch would take longer than the one before.
    """
    if not rows:
        return set()
    values = [_values(import_id, key, row) for key, row in rows.items()]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(ImportRow.__table__).on_conflict_do_nothing()
    return set(session.execute(statement.returning(ImportRow.__table__.c.number_key), values).scalars())


def _lines(session: Session, import_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Return key → line of the rows that were staged before."""
    query = select(ImportRow.number_key, ImportRow.line)
    query = query.where(ImportRow.import_id == import_id, in_any(ImportRow.number_key, keys))
    return dict(session.execute(query).all())


def _units(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return key → unit of the articles whose unit can't change, because there is stock."""
    query = select(Article.number_key, Article.unit).where(in_any(Article.number_key, keys), Article.stock > 0)
    return dict(session.execute(query).all())


def _twice(line: int) -> Fault:
    return Fault("warehouse.error.row_twice", "number", {"line": str(line)})


def _refuse(import_: Import, batch: Batch, row: GoodRow, fault: Fault) -> None:
    heading = import_.headings[import_.columns.index(fault.field)]
    batch.refuse(row.line, [BadCell(row.line, heading, str(getattr(row.article, fault.field)), fault)])


def _values(import_id: int, key: str, row: GoodRow) -> dict[str, Any]:
    article = row.article
    return {
        "import_id": import_id,
        "number_key": key,
        "line": row.line,
        "number": article.number,
        "name": article.name,
        "name_key": fold(article.name),
        "category": article.category,
        "category_key": None if article.category is None else fold(article.category),
        "unit": article.unit,
        "barcode": article.barcode,
        "note": article.note,
        "price_cents": article.price_cents,
        "minimum_stock": article.minimum_stock,
    }


def _bad(import_id: int, cell: BadCell, moment: datetime) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "line": cell.line,
        "column": cell.column[:80],
        "value": cell.value,
        "key": cell.reason.key,
        "fields": dict(cell.reason.values),
        "found_at": moment,
    }
