"""Parts of long lists: counted, sorted by a whitelist, cut by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.warehouse.columns import AnyRow, AnySelect

T = TypeVar("T")
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list to read.

    Args:
        page: counted from 1.
        rows: at most that many.
        sort: name of a sort order, with a leading ``-`` for descending.
    """

    page: int = 1
    rows: int = 25
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part of a list.

    Args:
        total: rows of the whole list.
        page: the part's number, which is the last one where more was asked for than there is.
    """

    rows: Sequence[T]
    total: int
    page: int
    pages: int


def read_part(session: Session, query: AnySelect, window: Window, orders: Mapping[str, Any]) -> Part[AnyRow]:
    """Read one window of `query`.

    Args:
        orders: sort name → column; the first one is taken where the window names none or an unknown one. The
            query's first column must be unique: it decides between equals.
    """
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // window.rows))
    page = min(max(1, window.page), pages)
    sorted_query = query.order_by(*_order(query, window.sort, orders))
    rows = session.execute(sorted_query.limit(window.rows).offset((page - 1) * window.rows)).all()
    return Part(rows, total, page, pages)


def _order(query: AnySelect, sort: str, orders: Mapping[str, Any]) -> tuple[Any, ...]:
    descending = sort.startswith("-")
    column = orders.get(sort.removeprefix("-"), next(iter(orders.values())))
    tie = query.selected_columns[0]
    return (column.desc().nulls_last(), tie.desc()) if descending else (column.asc().nulls_last(), tie.asc())
