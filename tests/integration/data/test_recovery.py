"""What objects in memory look like after a savepoint or a whole transaction was rolled back."""

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import DetachedInstanceError

from host.data import Database, UnitOfWork


class Rerun(BaseException):
    """Control flow that is no Exception, as Streamlit's rerun and stop."""


@pytest.mark.parametrize("leaving", [ValueError, Rerun])
def test_a_lost_savepoint_restores_what_was_changed_in_it(database: Database, notes, leaving: type[BaseException]):
    with database.begin() as outer:
        row, other = notes.row(text="before"), notes.row(text="other")
        outer.session.add_all([row, other])
        with pytest.raises(leaving), database.begin() as inner:
            row.text = "inside"
            inner.session.flush()
            inner.session.execute(text("UPDATE test_note SET text = 'raw' WHERE id = :id"), {"id": other.id})
            raise leaving
        assert row.text == "before"
    assert (row.text, other.text) == ("before", "other")
    assert notes.texts() == ["before", "other"]


def test_what_a_lost_savepoint_left_unknown_is_read_with_one_statement(database: Database, notes):
    statements = []
    event.listen(database.engines.write, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with database.begin() as outer:
        rows = [notes.row(text=f"n{number}") for number in range(200)]
        outer.session.add_all(rows)
        outer.session.flush()
        with pytest.raises(ValueError, match="no"), database.begin():
            raise ValueError("no")
        statements.clear()
    assert len([each for each in statements if each.startswith("SELECT")]) == 1
    assert [row.text for row in rows] == [f"n{number}" for number in range(200)]


def test_a_new_row_of_a_lost_savepoint_is_new_again(database: Database, notes):
    with database.begin() as outer:
        row = notes.row(text="again")
        with pytest.raises(ValueError, match="no"), database.begin() as inner:
            inner.session.add(row)
            inner.session.flush()
            raise ValueError("no")
        assert inspect(row).transient
        assert row.id is None
        outer.session.add(notes.row(text="takes its number"))
        outer.session.flush()
        outer.session.add(row)
    assert notes.texts() == ["takes its number", "again"]


def test_a_number_that_the_caller_chose_is_kept(database: Database, notes):
    row = notes.row(id=77, text="mine")
    with pytest.raises(ValueError, match="no"), database.begin() as unit:
        unit.session.add(row)
        unit.session.flush()
        raise ValueError("no")
    assert row.id == 77


def test_a_row_deleted_in_a_lost_savepoint_is_there_again(database: Database, notes):
    with database.begin() as outer:
        row = notes.row(text="kept")
        outer.session.add(row)
        with pytest.raises(ValueError, match="no"), database.begin() as inner:
            inner.session.delete(row)
            inner.session.flush()
            raise ValueError("no")
        row.text = "changed after"
    assert notes.texts() == ["changed after"]
    assert row.text == "changed after"


@pytest.mark.parametrize("leaving", [ValueError, Rerun])
def test_after_a_lost_transaction_new_rows_can_be_stored_again(database: Database, notes, leaving: type[BaseException]):
    row = notes.row(text="stored in the end")
    with pytest.raises(leaving), database.begin() as unit:
        unit.session.add(row)
        unit.session.flush()
        raise leaving
    assert inspect(row).transient
    with database.begin() as unit:
        unit.session.add(row)
    assert notes.texts() == ["stored in the end"]


def test_after_a_lost_transaction_what_was_only_read_stays_readable(database: Database, notes):
    with database.begin() as unit:
        unit.session.add_all([notes.row(id=1, text="read"), notes.row(id=2, text="changed")])
    with pytest.raises(ValueError, match="no"), database.begin() as unit:
        read, changed = unit.session.get(notes.row, 1), unit.session.get(notes.row, 2)
        changed.text = "lost"
        unit.session.flush()
        raise ValueError("no")
    assert read.text == "read"
    # Its value in memory would be a lie; a second attempt reads it anew.
    with pytest.raises(DetachedInstanceError):
        _ = changed.text
    with database.begin() as unit:
        unit.session.add(changed)
        changed.text = "lost"
    assert notes.texts() == ["read", "lost"]


def test_a_second_attempt_stores_the_row_that_the_first_one_lost(postgres: Database, notes_of):
    notes = notes_of(postgres)
    row = notes.row(text="kept")
    attempts = []

    def write(unit: UnitOfWork) -> None:
        attempts.append(1)
        unit.session.add(row)
        unit.session.flush()
        if len(attempts) == 1:
            unit.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    postgres.run_tx(write)
    assert len(attempts) == 2
    assert notes.texts() == ["kept"]


def test_a_connection_lost_inside_a_savepoint_is_told_as_such(postgres: Database, notes_of):
    notes = notes_of(postgres)
    with pytest.raises(DBAPIError, match="terminat"), postgres.begin() as outer:
        outer.session.add(notes.row(text="lost"))
        with postgres.begin() as inner:
            inner.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert notes.texts() == []


def test_a_failed_flush_that_was_swallowed_cannot_be_committed(database: Database, notes):
    with pytest.raises(Exception, match="rolled back"), database.begin() as unit:
        unit.session.add(notes.row(id=1, text="first"))
        unit.session.flush()
        unit.session.add(notes.row(id=1, text="second"))
        with pytest.raises(Exception, match=r"(?i)unique"):
            unit.session.flush()
    assert notes.texts() == []
