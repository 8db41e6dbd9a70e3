"""Where a repository's work runs: in the open unit of work, or in a transaction of its own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy.orm import Session

from host.data.faults import ReadOnlyUnitError
from host.data.repository.shape import shape_of

if TYPE_CHECKING:
    from host.data.database import Database

T = TypeVar("T")
R = TypeVar("R")


class Scope(Generic[T]):
    """What every part of a repository shares.

    Args:
        database: whose rows.
        model: the mapped class.
    """

    def __init__(self, database: "Database", model: type[T]) -> None:
        self._database = database
        self._model = model
        self._shape = shape_of(model)

    def _reading(self, work: Callable[[Session], R]) -> R:
        unit = self._database.current()
        if unit is not None:
            return work(unit.session)
        with self._database.begin(readonly=True) as own:
            return work(own.session)

    def _atomically(self, work: Callable[[Session], R]) -> R:
        """Write with several statements, of which all stay or none: inside an open unit, in a savepoint of it."""
        if self._database.current() is None:
            return self._writing(work)
        with self._database.begin() as inner:
            return work(inner.session)

    def _writing(self, work: Callable[[Session], R]) -> R:
        unit = self._database.current()
        if unit is None:
            return self._database.run_tx(lambda own: work(own.session))
        if unit.readonly:
            raise ReadOnlyUnitError(
                f"{self._model.__name__} was to be written in a read-only unit of work.",
                remedy="Open database.begin() instead.",
            )
        return work(unit.session)
