"""Any sequence of writes, with savepoints, rollbacks and failures, leaves rows that their records explain."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from host.config import DatabaseConfig
from host.data.audit import AUDITED, Change, UnauditedWriteError, record
from host.data.audit.anchor import Anchor
from host.data.audit.compare import differences
from host.data.audit.sealer import Sealer
from host.data.audit.verify import verify
from tests.effort import effort
from tests.integration.data.audit.conftest import Audited, audited_database
from tests.integration.data.audit.models import Base, Box, Cell, Item, Tag, Thing, Truck

TABLE: Any = Cell.__table__
NUMBERS = st.integers(0, 3)
OPERATIONS = st.sampled_from(
    ["add", "change", "expression", "rename_key", "remove", "cascade", "link", "truck", "bulk", "unaudited", "expire"]
)
STEP = st.tuples(OPERATIONS, NUMBERS, NUMBERS)
UNIT = st.recursive(
    st.lists(STEP, min_size=1, max_size=3),
    lambda inner: st.tuples(st.booleans(), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=6,
)


class UndoneError(Exception):
    """Rolls a unit back."""


def _step(session: Session, name: str, one: int, two: int) -> None:
    cell = session.get(Cell, (one, str(two)))
    if cell is not None and name in _WITH_CELL:
        _WITH_CELL[name](session, cell, one, two)
    elif name in _ALONE:
        _ALONE[name](session, one, two)


def _change(session: Session, cell: Cell, _: int, two: int) -> None:
    cell.value += two
    for thing in session.scalars(select(Thing).limit(1)):
        thing.note, thing.on = f"note {two}", not thing.on


def _expression(_: Session, cell: Cell, one: int, __: int) -> None:
    cell.value = Cell.value + one


def _rename_key(_: Session, cell: Cell, __: int, two: int) -> None:
    cell.column = f"{two}'"


def _add(session: Session, one: int, two: int) -> None:
    session.add(Cell(row=one, column=str(two), value=one) if two else Thing(name=f"thing {one}"))


def _link(session: Session, one: int, _: int) -> None:
    for box in session.scalars(select(Box).limit(1)):
        box.tags = [Tag(name=f"t{number}") for number in range(one)]


def _truck(session: Session, one: int, two: int) -> None:
    trucks = list(session.scalars(select(Truck)))
    if len(trucks) > one:
        session.delete(trucks[0])
    else:
        session.add(Truck(wheels=one, load=two))


def _unaudited(session: Session, _: int, __: int) -> None:
    with pytest.raises(UnauditedWriteError):
        session.execute(delete(Cell))


def _expire(session: Session, _: int, __: int) -> None:
    session.flush()
    session.expire_all()


def _cascade(session: Session, one: int, _: int) -> None:
    box = session.scalars(select(Box).order_by(Box.id).limit(1)).first()
    if box is None:
        session.add(Box(name="b", items=[Item(name=f"i{number}") for number in range(one)]))
    elif one % 2:
        session.delete(box)
    else:
        box.items = [*box.items[1:], Item(name="more", weight=one)]


def _bulk(session: Session, one: int, _: int) -> None:
    session.flush()
    gone = session.execute(
        delete(TABLE).where(TABLE.c.row == one).returning(*TABLE.c), execution_options=AUDITED
    ).mappings()
    deleted = [Change(TABLE, (row["row"], row["column"]), "delete", dict(row), None) for row in gone]
    new = [{"row": one, "column": f"bulk {number}", "value": number} for number in range(3)]
    session.execute(insert(TABLE), new, execution_options=AUDITED)
    record(session, [*deleted, *(Change(TABLE, (one, row["column"]), "insert", None, row) for row in new)])
    session.expire_all()


_WITH_CELL: dict[str, Any] = {
    "change": _change,
    "expression": _expression,
    "rename_key": _rename_key,
    "remove": lambda session, cell, _, __: session.delete(cell),
}
_ALONE: dict[str, Any] = {
    "add": _add,
    "cascade": _cascade,
    "link": _link,
    "truck": _truck,
    "bulk": _bulk,
    "unaudited": _unaudited,
    "expire": _expire,
}


def _run(audited: Audited, unit: Any) -> None:
    undone, steps = (False, unit) if isinstance(unit, list) else unit
    try:
        with audited.writing() as opened:
            for step in steps:
                if isinstance(step, tuple) and len(step) == 3:
                    _step(opened.session, *step)
                else:
                    _run(audited, step)
            if undone:
                opened.session.flush()
                raise UndoneError
    except (UndoneError, IntegrityError, ObjectDeletedError, InvalidRequestError, StaleDataError):
        # Rolled back, also where an object of a rolled-back savepoint was touched again: rows and records are gone.
        return


@pytest.fixture
def audited(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Audited]:
    made = audited_database(database_config, tmp_path)
    yield made
    made.database.dispose()


def test_any_sequence_leaves_rows_and_records_that_agree(audited: Audited, tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "audit.jsonl", audited.keyring)
    sealer = Sealer(audited.database, audited.keyring, anchor)

    @settings(
        max_examples=effort(short=25, long=1000),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(UNIT, min_size=1, max_size=4))
    def run(units: list[Any]) -> None:
        for unit in units:
            _run(audited, unit)
        assert list(differences(audited.database, Base.metadata.tables.values())) == []
        sealer.seal_all()

    run()
    found = verify(audited.database, audited.keyring, anchor)
    assert found.sound, found.faults
    assert found.head == found.records > 0
