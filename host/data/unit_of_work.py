"""The unit of work: one transaction, nested ones as savepoints, and what happens when it commits."""

import os
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any, Final, final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from host.data.faults import CommitUnknownError, NoUnitOfWorkError, ReadOnlyUnitError, is_lost
from host.data.openers import opening_generator, require_inside
from host.data.rows.recovery import reload_expired, roll_back
from host.logs import get_logger, report_error

_log: Final = get_logger(__name__)
_stack: ContextVar[tuple["UnitOfWork", ...]] = ContextVar("units_of_work", default=())

CommitWriter = Callable[[Session, list[Any]], None]
"""Writes the collected items as the last statements of the transaction."""


@final
class UnitOfWork:
    """One transaction, or one savepoint of it.

    Args:
        database: whose it is; a unit is joined only by work on the same database in the same thread.
        session: the SQLAlchemy session; flush it freely, never commit or roll it back yourself.
        readonly: whether writes are refused.
        outer: the unit that this one is a savepoint of.
    """

    __slots__ = (
        "_after",
        "_at_commit",
        "_generator",
        "_lost_savepoint",
        "_open",
        "_outer",
        "_owner",
        "readonly",
        "session",
    )

    def __init__(
        self, database: Hashable, session: Session, *, readonly: bool, outer: "UnitOfWork | None" = None
    ) -> None:
        self.session = session
        self.readonly = readonly
        self._outer = outer
        self._generator: FrameType | None = None
        self._owner = (database, threading.get_ident())
        self._after: list[Callable[[], None]] = []
        self._at_commit: list[tuple[CommitWriter, Any]] = []
        self._lost_savepoint = False
        self._open = True

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once after the outer transaction has committed; never if this unit is rolled back."""
        self._require_open()
        self._after.append(call)

    def at_commit(self, write: CommitWriter, item: object) -> None:
        """Hand `item` to `write` right before the outer commit, together with all the others of the same writer.

        Raises:
            ReadOnlyUnitError: the unit is read-only.
        """
        self._require_open()
        if self.readonly:
            raise ReadOnlyUnitError("A read-only unit of work was asked to write.", remedy="Open begin() instead.")
        self._at_commit.append((write, item))

    def _require_open(self) -> None:
        if not self._open:
            raise NoUnitOfWorkError("This unit of work has ended.", remedy="Open a new one with database.begin().")
        if self._outer is not None and not self._outer._stands():
            raise NoUnitOfWorkError(
                "The unit of work around this one ended before it did, so what this one wrote is lost.",
                remedy="End units in the order in which they were opened, last first; a generator with a unit inside "
                "must be read to its end before the unit around it ends.",
            )

    def _stands(self) -> bool:
        return self._open and (self._outer is None or self._outer._stands())

    def _write_collected(self) -> None:
        self.session.flush()
        for writer in dict.fromkeys(write for write, _ in self._at_commit):
            writer(self.session, [item for write, item in self._at_commit if write == writer])
        if self._lost_savepoint:
            reload_expired(self.session)

    def _forget(self) -> None:
        """Let the session read anew what it holds, after a savepoint of this unit was rolled back."""
        self.session.expire_all()
        self._lost_savepoint = True

    def _absorb(self, inner: "UnitOfWork") -> None:
        self._lost_savepoint |= inner._lost_savepoint
        self._after += inner._after
        self._at_commit += inner._at_commit

    def _announce(self) -> None:
        """Run the callbacks; a raising one is logged, and only control flow (not an `Exception`) gets out, last."""
        leaving: BaseException | None = None
        for call in self._after:
            try:
                call()
            except Exception as error:
                report_error(_log, error, part="callback after commit")
            except BaseException as error:
                leaving = leaving or error
        if leaving is not None:
            raise leaving


def current_unit(database: Hashable | None = None) -> UnitOfWork | None:
    """Return the innermost open unit of this context and thread: on `database`, or on any.

    Raises:
        NoUnitOfWorkError: the unit around it has ended, or it belongs to a generator that waits.
    """
    thread = threading.get_ident()
    mine = (unit for unit in reversed(_stack.get()) if unit._open and unit._owner[1] == thread)
    found = next((unit for unit in mine if database is None or unit._owner[0] is database), None)
    if found is not None:
        found._require_open()
        require_inside(found._generator)
    return found


@contextmanager
def outermost(database: Hashable, session: Session, *, readonly: bool) -> Iterator[UnitOfWork]:
    """Run a transaction of its own on a connected `session`, which is closed in the end.

    Every way out but the end rolls back: also Streamlit's rerun and stop, which are no `Exception`.
    """
    unit = UnitOfWork(database, session, readonly=readonly)
    with session:
        try:
            with _entered(unit):
                yield unit
                unit._write_collected()
            _commit(unit)
        except BaseException:
            roll_back(session)
            raise
    unit._announce()


@contextmanager
def nested(database: Hashable, outer: UnitOfWork, *, readonly: bool) -> Iterator[UnitOfWork]:
    """Run a savepoint inside `outer`; its callbacks become the outer's when it is released.

    Raises:
        ReadOnlyUnitError: a writing unit inside a read-only one.
        NoUnitOfWorkError: at the end, when `outer` has ended before.
    """
    if outer.readonly and not readonly:
        raise ReadOnlyUnitError(
            "A writing unit of work was opened inside a read-only one.", remedy="Open the outer one for writing."
        )
    unit = UnitOfWork(database, outer.session, readonly=readonly, outer=outer)
    try:
        with _entered(unit), outer.session.begin_nested():
            yield unit
            unit._require_open()
    except BaseException:
        outer._forget()
        raise
    outer._absorb(unit)


@contextmanager
def _entered(unit: UnitOfWork) -> Iterator[None]:
    _stack.set((*_stack.get(), unit))
    unit._generator = opening_generator()
    try:
        yield
    finally:
        unit._open = False
        unit._generator = None
        # Not back to what it was: units of generators end in any order.
        _stack.set(tuple(each for each in _stack.get() if each is not unit))


# A child has no connection of its parent's, so it is in none of its units.
os.register_at_fork(after_in_child=lambda: _stack.set(()))


def _commit(unit: UnitOfWork) -> None:
    try:
        unit.session.commit()
    except DBAPIError as error:
        if unit.readonly or not is_lost(error):
            raise
        raise CommitUnknownError(
            "The connection broke while committing.", remedy="Look whether the change is there before repeating it."
        ) from error
