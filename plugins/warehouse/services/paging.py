"""Parts of long lists: by number, counted and sorted by a whitelist; or by id, for lists that only grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from host import INCLUDE_DELETED
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


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where to go on in a list whose newest entry comes first.

    Args:
        before: id; the entries that are older come.
        after: id; the entries that are newer come, the oldest of them nearest.
    """

    before: int | None = None
    after: int | None = None


START: Final = ListPlace()


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """Some entries of a list, newest first.

    Args:
        newer: where the newer ones are, if there are any.
        older: where the older ones are, if there are any.
    """

    rows: Sequence[T]
    newer: ListPlace | None
    older: ListPlace | None


def read_stretch(session: Session, query: AnySelect, place: ListPlace, rows: int) -> Stretch[AnyRow]:
    """Read some entries of a list that only grows, however long it is: nothing is counted, nothing read and dropped.

    Args:
        query: its first column is the id, which rises with every entry.
    """
    key = query.selected_columns[0]
    upward = place.after is not None
    if upward:
        query = query.where(key > place.after).order_by(key.asc())
    else:
        query = (query if place.before is None else query.where(key < place.before)).order_by(key.desc())
    found = session.execute(query.limit(rows + 1)).all()
    shown, more = list(found[:rows]), len(found) > rows
    if upward:
        shown.reverse()
    if not shown:
        return Stretch(shown, None, None)
    newer = more if upward else place.before is not None
    older = more or upward
    return Stretch(
        shown, ListPlace(after=shown[0][0]) if newer else None, ListPlace(before=shown[-1][0]) if older else None
    )


def read_part(
    session: Session, query: AnySelect, window: Window, orders: Mapping[str, Any], *, deleted: bool = False
) -> Part[AnyRow]:
    """Read one window of `query`.

    Args:
        orders: sort name → column; the first one is taken where the window names none or an unknown one. The
            query's first column must be unique: it decides between equals.
        deleted: softly deleted rows count, too.
    """
    options = (INCLUDE_DELETED,) if deleted else ()
    query = query.options(*options)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()).options(*options)) or 0
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
