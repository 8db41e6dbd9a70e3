"""A repository's pages: by cursor, or by number with the total."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from host.data.repository.cursor import Cursor, read, written
from host.data.repository.filters import Criterion, conditions
from host.data.repository.keyset import beyond
from host.data.repository.ordering import Sort, ordered, sorts
from host.data.repository.page import RowPage
from host.data.repository.reading import Reading
from host.errors import ValidationError

T = TypeVar("T")
LARGEST: Final = 10_000
"""Rows of the largest page."""


class Paging(Reading[T]):
    """Lists in pages."""

    def page(
        self,
        *criteria: Criterion,
        order: Sequence[Sort | str] = (),
        size: int = 50,
        cursor: str | None = None,
        include_deleted: bool = False,
        load: Sequence[ORMOption] = (),
    ) -> RowPage[T]:
        """Return the page at `cursor`, or the first one.

        No row is shown twice or left out because others came or went meanwhile; only one whose own sort fields
        change can move.

        Args:
            size: rows a page, 1 to 10,000.
            cursor: `RowPage.next` or `RowPage.previous` of a page with the same order; the criteria may differ.

        Raises:
            CursorError: the cursor is damaged or belongs to another list or order.
            ValidationError: a filter or sort names no field, or the size is out of range.
        """
        _check_size(size)
        order_by = sorts(self._shape, order)
        start = read(cursor, self._shape, order_by) if cursor else None
        backward = start is not None and start.backward
        directed = [each.reversed() for each in order_by] if backward else order_by
        query = self._query(conditions(self._shape, criteria), include_deleted, load)
        if start is not None:
            query = query.where(beyond(self._shape, directed, start.values, including=start.including))
        query = ordered(query, self._shape, directed).limit(size + 1)
        rows = self._reading(lambda session: list(session.scalars(query).all()))
        return self._page(rows, size, order_by, start)

    def page_number(
        self,
        number: int,
        *criteria: Criterion,
        order: Sequence[Sort | str] = (),
        size: int = 50,
        include_deleted: bool = False,
        load: Sequence[ORMOption] = (),
    ) -> RowPage[T]:
        """Return a page by its number, from 1, and the total.

        For lists that people leaf through by number: the database reads and drops all rows before it, and a row
        that comes or goes meanwhile moves the others.
        """
        _check_size(size)
        if number < 1:
            raise ValidationError(f"There is no page {number}.", remedy="Pages are counted from 1.")
        query = self._query(conditions(self._shape, criteria), include_deleted, load)
        query = ordered(query, self._shape, order).limit(size).offset((number - 1) * size)

        def both(session: Session) -> RowPage[T]:
            total = self.count(*criteria, include_deleted=include_deleted)
            return RowPage(tuple(session.scalars(query).all()), total=total)

        return self._reading(both)

    def _page(self, rows: list[T], size: int, order: Sequence[Sort], start: Cursor | None) -> RowPage[T]:
        shown, more, came = rows[:size], len(rows) > size, start is not None
        if start is not None and start.backward:
            shown.reverse()
            more, came = came, more
        following = self._place(shown, -1, order, start) if more else None
        return RowPage(tuple(shown), following, self._place(shown, 0, order, start) if came else None)

    def _place(self, rows: list[T], index: int, order: Sequence[Sort], start: Cursor | None) -> str | None:
        """Return the cursor beside the first or last row; where the page is empty, beside where it was asked for."""
        values: tuple[Any, ...] = start.values if start is not None else ()
        if rows:
            values = tuple(getattr(rows[index], each.field) for each in order)
        return written(Cursor(values, index == 0, including=not rows), self._shape, order)


def _check_size(size: int) -> None:
    if not 1 <= size <= LARGEST:
        raise ValidationError(f"A page of {size} rows is not possible.", remedy=f"Ask for 1 to {LARGEST}.")
