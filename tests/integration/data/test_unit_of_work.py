import contextvars
import logging
import threading
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from host.data import CommitUnknownError, Database, NoUnitOfWorkError, ReadOnlyUnitError
from host.data.unit_of_work import current_unit


class Rerun(BaseException):
    """Control flow that is no Exception, as Streamlit's rerun and stop."""


def test_what_was_written_is_committed(database: Database, notes):
    with database.begin() as unit:
        unit.session.add(notes.row(text="kept"))
    assert notes.texts() == ["kept"]


@pytest.mark.parametrize("leaving", [ValueError, Rerun, KeyboardInterrupt, SystemExit])
def test_any_way_out_but_the_end_rolls_back(database: Database, notes, leaving: type[BaseException]):
    calls = []
    with pytest.raises(leaving) as left, database.begin() as unit:
        unit.after_commit(lambda: calls.append("ran"))
        unit.session.add(notes.row(text="lost"))
        unit.session.flush()
        raise leaving
    assert database.current() is None
    # The error is still held, and with it every frame: the connection must be free all the same.
    with database.begin() as unit:
        unit.session.add(notes.row(text="next"))
    assert notes.texts() == ["next"]
    assert calls == []
    assert left.type is leaving


@pytest.mark.parametrize("leaving", [ValueError, Rerun])
def test_a_nested_unit_is_a_savepoint(database: Database, notes, leaving: type[BaseException]):
    with database.begin() as outer:
        outer.session.add(notes.row(text="before"))
        with pytest.raises(leaving), database.begin() as inner:
            assert inner is not outer
            inner.session.add(notes.row(text="inner"))
            inner.session.flush()
            raise leaving
        outer.session.add(notes.row(text="after"))
    assert notes.texts() == ["before", "after"]


def test_a_failed_statement_in_a_nested_unit_leaves_the_outer_one_usable(database: Database, notes):
    with database.begin() as outer:
        outer.session.add(notes.row(id=1, text="first"))
        outer.session.flush()
        with pytest.raises(IntegrityError), database.begin() as inner:
            inner.session.execute(text("INSERT INTO test_note (id, text) VALUES (1, 'again')"))
        outer.session.add(notes.row(id=2, text="second"))
    assert notes.texts() == ["first", "second"]


def test_after_commit_runs_once_when_the_row_can_be_read_elsewhere(database: Database, notes):
    seen = []
    with database.begin() as outer:
        with database.begin() as inner:
            inner.session.add(notes.row(text="row"))
            inner.after_commit(lambda: seen.append(notes.texts()))
        assert seen == []
        outer.after_commit(lambda: seen.append("outer"))
    assert seen == [["row"], "outer"]


def test_a_rolled_back_savepoint_takes_its_callbacks_along(database: Database):
    seen = []
    with database.begin() as outer:
        outer.after_commit(lambda: seen.append("outer"))
        with pytest.raises(ValueError, match="no"), database.begin() as middle:
            middle.after_commit(lambda: seen.append("middle"))
            with database.begin() as inner:
                inner.after_commit(lambda: seen.append("inner"))
            raise ValueError("no")
    assert seen == ["outer"]


def test_a_raising_callback_keeps_nobody_from_running_and_the_commit_stands(
    database: Database, notes, caplog: pytest.LogCaptureFixture
):
    seen = []

    def broken() -> None:
        raise ValueError("mine")

    with caplog.at_level(logging.ERROR, "host.data"), database.begin() as unit:
        unit.session.add(notes.row(text="kept"))
        unit.after_commit(broken)
        unit.after_commit(lambda: seen.append("second"))
    assert seen == ["second"]
    assert notes.texts() == ["kept"]
    assert caplog.records[0].msg["error_id"].startswith("E-")
    assert "mine" in caplog.records[0].msg["event"]


def test_control_flow_in_a_callback_gets_out_after_all_have_run(database: Database, notes):
    seen = []

    def rerun() -> None:
        raise Rerun

    with pytest.raises(Rerun), database.begin() as unit:
        unit.session.add(notes.row(text="kept"))
        unit.after_commit(rerun)
        unit.after_commit(lambda: seen.append("second"))
    assert seen == ["second"]
    assert notes.texts() == ["kept"]


def test_a_callback_may_open_a_unit_of_its_own(database: Database, notes):
    def write() -> None:
        with database.begin() as unit:
            unit.session.add(notes.row(text="from the callback"))

    with database.begin() as unit:
        unit.after_commit(write)
    assert notes.texts() == ["from the callback"]


def test_a_writing_unit_inside_a_read_only_one_is_refused(database: Database):
    with pytest.raises(ReadOnlyUnitError), database.begin(readonly=True), database.begin():
        pass


def test_a_reading_unit_inside_a_writing_one_sees_its_rows(database: Database, notes):
    with database.begin() as unit:
        unit.session.add(notes.row(text="mine"))
        assert notes.texts() == ["mine"]


def test_collected_items_are_written_together_as_the_last_statements(database: Database, notes):
    written = []

    def write(session, items: list[str]) -> None:
        written.append((list(items), session.scalar(text("SELECT count(*) FROM test_note"))))

    with database.begin() as outer:
        outer.at_commit(write, "a")
        with database.begin() as inner:
            inner.at_commit(write, "b")
        with pytest.raises(ValueError, match="no"), database.begin() as lost:
            lost.at_commit(write, "lost")
            raise ValueError("no")
        outer.session.add(notes.row(text="added last"))
    assert written == [(["a", "b"], 1)]


def test_a_unit_that_has_ended_takes_nothing_more(database: Database):
    with database.begin() as unit:
        pass
    with pytest.raises(NoUnitOfWorkError):
        unit.after_commit(print)


def test_another_thread_gets_its_own_unit_even_with_a_copied_context(database: Database):
    found = []
    with database.begin(readonly=True) as unit:
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(lambda: found.append(database.current()),))
        thread.start()
        thread.join()
        assert database.current() is unit
        assert current_unit() is unit
    assert found == [None]


def test_rows_stay_readable_after_the_unit(database: Database, notes):
    with database.begin() as unit:
        row = notes.row(text="detached")
        unit.session.add(row)
    assert row.text == "detached"


def test_a_connection_that_breaks_while_committing_leaves_the_outcome_open(postgres: Database):
    with postgres.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))
        unit.session.execute(
            text(
                "CREATE FUNCTION test_cut() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
            )
        )
        trigger = "CREATE CONSTRAINT TRIGGER test_cut AFTER INSERT ON test_t DEFERRABLE INITIALLY DEFERRED"
        unit.session.execute(text(f"{trigger} FOR EACH ROW EXECUTE FUNCTION test_cut()"))
    attempts = []

    def write(unit) -> None:
        attempts.append(1)
        unit.session.execute(text("INSERT INTO test_t VALUES (1)"))

    with pytest.raises(CommitUnknownError):
        postgres.run_tx(write)
    assert len(attempts) == 1


def test_an_inner_unit_that_outlives_its_outer_one_is_no_success(database: Database, notes):
    outer, inner = database.begin(), database.begin()
    outer.__enter__()
    unit = inner.__enter__()
    unit.session.add(notes.row(text="inner"))
    assert not outer.__exit__(ValueError, ValueError("no"), None)
    for use in (lambda: unit.after_commit(print), database.current, lambda: inner.__exit__(None, None, None)):
        with pytest.raises(NoUnitOfWorkError, match="ended before"):
            use()
    assert notes.texts() == []
    assert database.current() is None


def test_nobody_joins_the_unit_of_a_generator_that_waits(database: Database, notes):
    def numbers():
        with database.begin() as unit:
            for number in (1, 2):
                with database.begin():
                    unit.session.add(notes.row(text=f"generator {number}"))
                yield number
            assert database.run_tx(lambda joined: joined.session is unit.session)

    read = []
    for number in numbers():
        read.append(number)
        with pytest.raises(NoUnitOfWorkError, match=r"numbers .*test_unit_of_work\.py:\d+\) waits"), database.begin():
            pytest.fail("the unit was joined")
    assert read == [1, 2]
    with database.begin() as unit:
        unit.session.add(notes.row(text="after"))
    assert notes.texts() == ["generator 1", "generator 2", "after"]


def test_a_waiting_generator_that_is_dropped_leaves_the_next_unit_alone(database: Database, notes):
    def numbers():
        with database.begin() as unit:
            unit.session.add(notes.row(text="lost"))
            yield 1

    waiting = numbers()
    next(waiting)
    with pytest.raises(NoUnitOfWorkError, match="waits"):
        database.current()
    del waiting
    with database.begin() as unit:
        unit.session.add(notes.row(text="kept"))
    assert notes.texts() == ["kept"]


def test_the_block_of_a_context_manager_made_of_generators_is_inside(database: Database, notes):
    @contextmanager
    def inner():
        with database.begin() as unit:
            yield unit

    @contextmanager
    def outer():
        with ExitStack() as stack:
            yield stack.enter_context(inner())

    with outer() as unit, database.begin() as joined:
        assert joined.session is unit.session
        joined.session.add(notes.row(text="kept"))
    assert notes.texts() == ["kept"]
