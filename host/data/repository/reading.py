"""A repository's reads: one row, many by key, all that match, how many."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from host.data.batches.membership import in_any
from host.data.repository.faults import NotFoundError
from host.data.repository.filters import Criterion, conditions
from host.data.repository.ordering import Sort, ordered
from host.data.repository.scope import Scope
from host.data.repository.shape import Shape
from host.data.rows.visibility import INCLUDE_DELETED

T = TypeVar("T")


class Reading(Scope[T]):
    """What can be asked."""

    def get(self, key: Any, *, lock: bool = False, include_deleted: bool = False, load: Sequence[ORMOption] = ()) -> T:
        """Return the row with this key.

        Args:
            key: value of the primary key, a tuple where it has several columns.
            lock: keep others from writing the row until the unit of work ends, and read it anew.
            include_deleted: a softly deleted row is found too.
            load: what to load along, such as ``selectinload(Order.lines)``.

        Raises:
            NotFoundError: there is none.
        """
        options = (*load, INCLUDE_DELETED) if include_deleted else tuple(load)
        return cast("T", self._reading(lambda session: fetch(session, self._shape, key, options, lock=lock)))

    def get_many(
        self,
        keys: Iterable[Hashable],
        *,
        lock: bool = False,
        include_deleted: bool = False,
        load: Sequence[ORMOption] = (),
    ) -> dict[Any, T]:
        """Return key → row for any number of keys in one statement; a key without a row is left out.

        With `lock` rows are locked in the order of their keys, so that two callers can't block each other.
        """
        wanted = list(dict.fromkeys(keys))
        attributes = [self._shape.attribute(name) for name in self._shape.key]
        query = self._query(
            [in_any(attributes if len(attributes) > 1 else attributes[0], wanted)], include_deleted, load
        )
        if lock:
            query = (
                query.order_by(*attributes).with_for_update(of=self._model).execution_options(populate_existing=True)
            )
        found = {self._shape.key_of(row): row for row in self._reading(lambda session: session.scalars(query).all())}
        return {key: found[key] for key in wanted if key in found}

    def find(
        self,
        *criteria: Criterion,
        order: Sequence[Sort | str] = (),
        limit: int | None = None,
        include_deleted: bool = False,
        load: Sequence[ORMOption] = (),
    ) -> list[T]:
        """Return the rows that meet every criterion, in `order`, then by key.

        Raises:
            ValidationError: a filter or sort names no field, or a value has another type.
        """
        query = self._query(conditions(self._shape, criteria), include_deleted, load)
        query = ordered(query, self._shape, order).limit(limit)
        return self._reading(lambda session: list(session.scalars(query).all()))

    def count(self, *criteria: Criterion, include_deleted: bool = False) -> int:
        """Return how many rows meet every criterion."""
        matching = self._query(conditions(self._shape, criteria), include_deleted)
        query = matching.with_only_columns(func.count(), maintain_column_froms=True)
        return self._reading(lambda session: session.scalar(query) or 0)

    def exists(self, *criteria: Criterion, include_deleted: bool = False) -> bool:
        """Tell whether any row meets every criterion."""
        matching = self._query(conditions(self._shape, criteria), include_deleted)
        query = matching.with_only_columns(1, maintain_column_froms=True).limit(1)
        return self._reading(lambda session: session.scalar(query) is not None)

    def _query(
        self, where: Iterable[ColumnElement[bool]], include_deleted: bool, load: Sequence[ORMOption] = ()
    ) -> Select[T]:
        query = select(self._model).where(*where).options(*load)
        return query.options(INCLUDE_DELETED) if include_deleted else query


def fetch(session: Session, shape: Shape, key: Any, options: Sequence[ORMOption] = (), *, lock: bool = False) -> Any:
    """Return a row by its key in an open session.

    Raises:
        NotFoundError: there is none, or it is softly deleted and the options don't ask for such.
    """
    shape.require_key(key)
    if lock:
        # What is read anew replaces what is held: nothing unwritten may be lost by it.
        session.flush()
    lock_of: dict[str, Any] | None = {"of": shape.model} if lock else None
    row = session.get(shape.model, key, options=options, with_for_update=lock_of, populate_existing=lock)
    hidden = row is not None and shape.soft and row.deleted_at is not None and INCLUDE_DELETED not in options
    if row is None or hidden:
        raise NotFoundError(shape.model, key)
    return row
