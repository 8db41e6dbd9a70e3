"""What objects in memory look like after a rollback: as before it, so that they can be read, and written again."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, final
from weakref import WeakKeyDictionary

from sqlalchemy import event, select
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.state import InstanceState

from host.data.batches.membership import in_any
from host.data.rows.visibility import INCLUDE_DELETED

if TYPE_CHECKING:
    from host.data.database import Database

State = InstanceState[Any]
_WRITTEN: Final = "holdfast.written"
_NUMBERED: Final = "holdfast.numbered"
_NUMBERS: Final[WeakKeyDictionary[Mapper[Any], str | None]] = WeakKeyDictionary()


@final
class Recovery:
    """Notes what writing sessions change in memory, so that a rollback can take it back."""

    def attach(self, database: "Database") -> None:
        """Listen to the writing sessions of `database`."""
        for name, call in (
            ("before_flush", _note_new),
            ("after_flush", _note_changed),
            ("persistent_to_transient", _forget_number),
        ):
            event.listen(database.writing, name, call)


def note_written(session: Session, rows: Iterable[Any]) -> None:
    """Say that objects were given new values past the session's own flush."""
    session.info.setdefault(_WRITTEN, set()).update(instance_state(row) for row in rows)


def roll_back(session: Session) -> None:
    """Roll the transaction back; what it only read stays readable afterwards, what it wrote is unknown until read anew.

    New objects are new again. Without this, a second attempt would take them for stored, and they would be lost.
    """
    written = {*session.info.get(_WRITTEN, ()), *(instance_state(row) for row in session.dirty)}
    states: list[State] = [instance_state(row) for row in session.identity_map.values()]
    kept = [(state, dict(state.dict)) for state in states if state not in written]
    session.rollback()
    for state, values in kept:
        row = state.obj()
        if row is not None and state.key is not None:
            for name in values.keys() & state.mapper.attrs.keys():
                set_committed_value(row, name, values[name])


def reload_expired(session: Session) -> None:
    """Read anew what a rolled back savepoint left unknown, one statement a model, so that it outlives the session."""
    by_mapper: dict[Mapper[Any], list[State]] = defaultdict(list)
    for row in session.identity_map.values():
        state: State = instance_state(row)
        if state.expired:
            by_mapper[state.mapper].append(state)
    for mapper, states in by_mapper.items():
        key = [mapper.get_property_by_column(column).class_attribute for column in mapper.primary_key]
        query = select(mapper).where(in_any(key, [state.key[1] for state in states if state.key]))
        session.scalars(query.options(INCLUDE_DELETED).execution_options(populate_existing=True)).all()


def _note_new(session: Session, _context: UOWTransaction, _objects: Any) -> None:
    numbered: set[State] = session.info.setdefault(_NUMBERED, set())
    for row in session.new:
        state = instance_state(row)
        name = _number(state.mapper)
        if name is not None and state.dict.get(name) is None:
            numbered.add(state)


def _number(mapper: Mapper[Any]) -> str | None:
    """Return the attribute whose value the database chooses, if there is one."""
    if mapper not in _NUMBERS:
        column = getattr(mapper.local_table, "autoincrement_column", None)
        _NUMBERS[mapper] = None if column is None else mapper.get_property_by_column(column).key
    return _NUMBERS[mapper]


def _note_changed(session: Session, _context: UOWTransaction) -> None:
    if changed := session.dirty:
        note_written(session, changed)


def _forget_number(session: Session, row: Any) -> None:
    """Take back the number of a row that never came to be: somebody else may get it."""
    state: State = instance_state(row)
    if state in session.info.get(_NUMBERED, ()):
        setattr(row, str(_number(state.mapper)), None)
