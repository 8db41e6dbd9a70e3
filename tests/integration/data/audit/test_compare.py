"""Rows that were written past the app are found and named."""

import pytest
from sqlalchemy import text

from host.data.audit.compare import RowDifference, differences
from tests.effort import effort
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Base, Cell, Scratch, Thing

COUNT = effort(short=520, long=5000)


def _found(audited: Audited) -> list[RowDifference]:
    return list(differences(audited.database, Base.metadata.tables.values()))


@pytest.fixture
def filled(audited: Audited) -> Audited:
    """Rows enough for several steps, one of them deleted, and what is exempt."""
    with audited.writing() as unit:
        unit.session.add_all(Cell(row=number // 7, column=f"{number % 7}", value=number) for number in range(COUNT))
        unit.session.add_all([Thing(name="a"), Thing(name="b"), Scratch()])
    with audited.writing() as unit:
        unit.session.delete(unit.session.get(Cell, (3, "3")))
    assert _found(audited) == []
    return audited


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ('UPDATE t_cell SET value = -1 WHERE "row" = 40', None),
        ("UPDATE t_thing SET name = 'z' WHERE id = 2", RowDifference("differs", "t_thing", "2", ("name",))),
        ("UPDATE t_thing SET note = 'z' WHERE id = 1", RowDifference("differs", "t_thing", "1", ("note",))),
        ("DELETE FROM t_thing WHERE id = 1", RowDifference("missing", "t_thing", "1")),
        ("INSERT INTO t_cell VALUES (3, '3', 1)", RowDifference("unrecorded", "t_cell", '[3,"3"]')),
        ("INSERT INTO t_cell VALUES (-5, 'new', 1)", RowDifference("unrecorded", "t_cell", '[-5,"new"]')),
        ("UPDATE t_scratch SET id = 9", ...),
    ],
)
def test_what_was_written_past_the_app(filled: Audited, statement: str, difference: object) -> None:
    with filled.database.single.begin() as connection:
        connection.execute(text(statement))
    if difference is None:
        assert {(each.kind, each.columns) for each in _found(filled)} == {("differs", ("value",))}
        assert len(_found(filled)) == 7
    else:
        assert _found(filled) == ([] if difference is ... else [difference])
