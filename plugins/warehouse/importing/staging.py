"""Puts a checked batch into the staged rows, and the staged rows into the articles, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, case, delete, func, insert, literal, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from host import UtcDateTime
from plugins.warehouse.columns import Quantity
from plugins.warehouse.faults import Fault
from plugins.warehouse.folding import fold
from plugins.warehouse.import_models import Import, ImportFault, ImportRow
from plugins.warehouse.importing.batch import BadCell, Batch, GoodRow
from plugins.warehouse.models import Article

DEFAULTS: Final[dict[str, Any]] = {"category": "", "category_key": "", "unit": "pcs", "barcode": "", "note": ""}
OPTIONAL: Final = (*DEFAULTS, "price_cents", "minimum_stock")
IN_LIST: Final = 500
"""Values an ``IN`` list holds at once, far below every database's limit."""


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
        session.execute(insert(ImportFault), [_bad(import_.id, cell) for cell in batch.bad])
    import_.rows_good += len(staged)
    import_.rows_bad += batch.bad_rows


def apply(session: Session, import_: Import, moment: Any) -> None:
    """Take every staged row into the articles, by one statement for known ones and one for new ones."""
    rows = select(ImportRow).where(ImportRow.import_id == import_.id).subquery()
    changed = update(Article).where(Article.number_key == rows.c.number_key).values(_merged(rows.c, moment))
    done = session.execute(changed.execution_options(synchronize_session=False))
    import_.updated = int(getattr(done, "rowcount", 0))
    known = select(literal(1)).where(Article.number_key == rows.c.number_key).exists()
    columns = _new(rows.c, moment)
    added = insert(Article).from_select(list(columns), select(*columns.values()).where(~known), include_defaults=False)
    session.execute(added)
    import_.created = import_.rows_good - import_.updated
    discard(session, import_)


def discard(session: Session, import_: Import) -> None:
    """Drop the staged rows; the bad ones stay to be read."""
    staged = delete(ImportRow).where(ImportRow.import_id == import_.id)
    session.execute(staged.execution_options(synchronize_session=False))


def _merged(row: Any, moment: Any) -> dict[Any, Any]:
    """Return what a known article becomes: an empty cell leaves what it has; the unit stays while there is stock."""
    values: dict[Any, Any] = {name: func.coalesce(row[name], getattr(Article, name)) for name in OPTIONAL}
    values["unit"] = case((type_coerce(Article.stock, BigInteger) != 0, Article.unit), else_=values["unit"])
    values |= {"number": row.number, "name": row.name, "name_key": row.name_key}
    return values | {"active": True, "version": Article.version + 1, "updated_at": moment}


def _new(row: Any, moment: Any) -> dict[str, Any]:
    nothing = literal(0, BigInteger)
    columns = {name: row[name] for name in ("number", "number_key", "name", "name_key")}
    columns |= {name: func.coalesce(row[name], value) for name, value in DEFAULTS.items()}
    columns["price_cents"] = func.coalesce(row.price_cents, nothing)
    columns["minimum_stock"] = func.coalesce(row.minimum_stock, type_coerce(nothing, Quantity))
    columns |= {"stock": nothing, "reserved": nothing, "active": literal(True), "version": literal(1)}
    return columns | dict.fromkeys(("created_at", "updated_at"), literal(moment, UtcDateTime))


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
    found: dict[str, int] = {}
    for part in _parts(keys):
        query = select(ImportRow.number_key, ImportRow.line)
        query = query.where(ImportRow.import_id == import_id, ImportRow.number_key.in_(part))
        found |= dict(session.execute(query).all())
    return found


def _units(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return key → unit of the articles whose unit can't change, because there is stock."""
    found: dict[str, str] = {}
    for part in _parts(keys):
        query = select(Article.number_key, Article.unit).where(Article.number_key.in_(part), Article.stock > 0)
        found |= dict(session.execute(query).all())
    return found


def _parts(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + IN_LIST] for start in range(0, len(keys), IN_LIST)]


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


def _bad(import_id: int, cell: BadCell) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "line": cell.line,
        "column": cell.column[:80],
        "value": cell.value,
        "key": cell.reason.key,
        "fields": dict(cell.reason.values),
    }
