"""Whatever would change an audited table without a record is refused; whatever needs to pass does."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.orm import Session

from host.data.audit import AUDITED, Change, UnauditedWriteError, record
from host.data.audit.tables import AuditRow
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Box, Cell, Item, Scratch, Tag, tag_of_box

CELL: Any = Cell.__table__

REFUSED: dict[str, Callable[[Session], Any]] = {
    "orm insert": lambda session: session.execute(insert(Cell), [{"row": 2, "column": "x", "value": 1}]),
    "orm update": lambda session: session.execute(update(Cell).values(value=2)),
    "orm update by key": lambda session: session.execute(update(Cell), [{"row": 1, "column": "x", "value": 1}]),
    "orm delete": lambda session: session.execute(delete(Cell)),
    "query update": lambda session: session.query(Cell).update({"value": 2}),
    "query delete": lambda session: session.query(Cell).delete(),
    "bulk save": lambda session: session.bulk_save_objects([Cell(row=2, column="x", value=1)]),
    "bulk insert": lambda session: session.bulk_insert_mappings(Cell, [{"row": 2, "column": "x", "value": 1}]),
    "bulk update": lambda session: session.bulk_update_mappings(Cell, [{"row": 1, "column": "x", "value": 2}]),
    "core insert": lambda session: session.execute(CELL.insert().values(row=2, column="x", value=1)),
    "core many": lambda session: session.execute(
        CELL.insert(), [{"row": n, "column": "x", "value": 1} for n in (2, 3)]
    ),
    "insert from select": lambda session: session.execute(
        CELL.insert().from_select(["row", "column", "value"], select(CELL.c.row + 1, CELL.c.column, CELL.c.value))
    ),
    "text": lambda session: session.execute(text("UPDATE t_cell SET value = 2")),
    "quoted": lambda session: session.execute(text('DELETE FROM "t_cell"')),
    "comment": lambda session: session.execute(text("/* SELECT */ -- x\n  dElEtE   fRoM t_cell")),
    "with": lambda session: session.execute(text("WITH x AS (SELECT 1) INSERT INTO t_cell SELECT 2, 'x', 1 FROM x")),
    "driver": lambda session: session.connection().exec_driver_sql("DELETE FROM t_cell"),
    "link": lambda session: session.execute(tag_of_box.insert().values(box_id=1, tag_id=1)),
    "drop": lambda session: session.execute(text("DROP TABLE t_cell")),
    "drop by its table": lambda session: CELL.drop(session.connection()),
    "drop beside an exempt one": lambda session: session.execute(text("DROP TABLE t_scratch, t_cell")),
    "alter": lambda session: session.execute(text('ALTER TABLE "t_cell" RENAME TO t_kept')),
    "the audit itself": lambda session: session.execute(delete(AuditRow)),
}


def test_unaudited_writes_are_refused_and_change_nothing(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=1))
    for name, write in REFUSED.items():
        with audited.writing():
            refused = pytest.raises(UnauditedWriteError, match=r"t_cell|t_box_tag|host_audit")
            # In a savepoint, because SQLAlchemy's bulk methods end the transaction when they fail.
            with refused as caught, audited.writing() as inner:
                write(inner.session)
                pytest.fail(f"{name} was not refused")
            assert "Repository.bulk_" in caught.value.remedy
    with audited.writing() as unit:
        assert [(cell.row, cell.value) for cell in unit.session.scalars(select(Cell))] == [(1, 1)]
    assert len(audited.rows()) == 1


def test_a_write_that_its_caller_records_passes(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add_all(Cell(row=row, column="x", value=1) for row in (1, 2))
    with audited.writing() as unit:
        unit.session.execute(update(Cell).values(value=5), execution_options=AUDITED)
        record(
            unit.session,
            [Change(CELL, (row, "x"), "update", {"value": 1, "row": row}, {"value": 5, "row": row}) for row in (1, 2)],
        )
    assert audited.told()[2:] == [
        ("t_cell", f'[{row},"x"]', "update", {"old": {"value": 1}, "new": {"value": 5}}) for row in (1, 2)
    ]


def test_records_of_a_bulk_write_go_with_its_savepoint(audited: Audited) -> None:
    with audited.writing(), pytest.raises(KeyError), audited.writing() as inner:
        inner.session.execute(insert(Cell).values(row=1, column="x", value=1), execution_options=AUDITED)
        record(inner.session, [Change(CELL, (1, "x"), "insert", None, {"row": 1, "column": "x", "value": 1})])
        raise KeyError
    assert audited.rows() == []


def test_exempt_tables_migrations_reads_and_flushes_pass(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.execute(insert(Scratch).values(id=5))
        unit.session.execute(text("UPDATE t_scratch SET id = 6"))
        unit.session.add(Box(name="b", items=[Item(name="i")], tags=[Tag(name="t")]))
        unit.session.flush()
        unit.session.execute(select(Box).with_for_update())
        unit.session.execute(text("SELECT 'DELETE FROM t_cell; UPDATE t_cell SET'"))
    with audited.database.single.begin() as connection:
        connection.execute(text("DELETE FROM t_scratch"))


def test_text_that_names_a_foreign_table_is_refused(audited: Audited) -> None:
    with audited.writing() as unit:
        connection: Connection = unit.session.connection()
        connection.exec_driver_sql("CREATE TABLE t_foreign (id integer)")
        with pytest.raises(UnauditedWriteError, match="t_foreign"):
            connection.exec_driver_sql("INSERT INTO t_foreign VALUES (1)")


def test_a_failed_flush_opens_no_door(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=1))
    with pytest.raises(UnauditedWriteError), audited.writing() as unit:
        with pytest.raises(Exception, match=r"(?i)unique"), audited.writing() as inner:
            inner.session.add(Cell(row=1, column="x", value=1))
            inner.session.flush()
        unit.session.bulk_insert_mappings(Cell, [{"row": 2, "column": "x", "value": 1}])
