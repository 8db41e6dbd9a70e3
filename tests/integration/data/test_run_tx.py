import logging
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from host.config import DatabaseConfig
from host.data import Database, DatabaseUnavailableError, UnitOfWork
from host.data import database as module


@pytest.fixture(autouse=True)
def short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY_S", 0.001)


def test_it_returns_what_the_function_returns_and_commits(database: Database, notes):
    def write(unit: UnitOfWork) -> str:
        unit.session.add(notes.row(text="kept"))
        return "done"

    assert database.run_tx(write) == "done"
    assert notes.texts() == ["kept"]


def test_an_error_of_the_function_is_not_tried_again(database: Database, notes):
    attempts = []

    def write(unit: UnitOfWork) -> None:
        attempts.append(1)
        unit.session.add_all([notes.row(id=1, text="a")])
        unit.session.flush()
        unit.session.execute(text("INSERT INTO test_note (id, text) VALUES (1, 'b')"))

    with pytest.raises(IntegrityError):
        database.run_tx(write)
    assert len(attempts) == 1
    assert notes.texts() == []


def test_a_lost_connection_is_replaced_and_the_whole_function_runs_again(postgres: Database):
    attempts = []

    def write(unit: UnitOfWork) -> None:
        attempts.append(1)
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))
        if len(attempts) == 1:
            unit.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    postgres.run_tx(write)
    assert len(attempts) == 2


def test_inside_an_outer_unit_it_joins_and_leaves_trying_again_to_the_outer_one(postgres: Database):
    attempts = []

    def cut(unit: UnitOfWork) -> None:
        attempts.append(1)
        unit.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError), postgres.begin():
        postgres.run_tx(cut)
    assert len(attempts) == 1


def test_two_that_deadlock_both_get_through(postgres: Database):
    with postgres.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (id INTEGER PRIMARY KEY, n INTEGER)"))
        unit.session.execute(text("INSERT INTO test_t VALUES (1, 0), (2, 0)"))
    both_hold_one = threading.Barrier(2)
    attempts, errors = [], []

    def run(first: int, second: int) -> None:
        mine = []

        def write(unit: UnitOfWork) -> None:
            mine.append(1)
            attempts.append(1)
            unit.session.execute(text("UPDATE test_t SET n = n + 1 WHERE id = :id"), {"id": first})
            if len(mine) == 1:
                both_hold_one.wait(30)
            unit.session.execute(text("UPDATE test_t SET n = n + 1 WHERE id = :id"), {"id": second})

        try:
            postgres.run_tx(write)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(attempts) >= 3
    with postgres.begin(readonly=True) as unit:
        assert unit.session.scalars(text("SELECT n FROM test_t ORDER BY id")).all() == [2, 2]


def test_a_serialization_failure_is_tried_again(postgres: Database):
    with postgres.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))
        unit.session.execute(text("INSERT INTO test_t VALUES (0)"))
    attempts = []

    def write(unit: UnitOfWork) -> None:
        attempts.append(1)
        unit.session.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        unit.session.scalar(text("SELECT n FROM test_t"))
        if len(attempts) == 1:
            with postgres.single.begin() as other:
                other.execute(text("UPDATE test_t SET n = n + 1"))
        unit.session.execute(text("UPDATE test_t SET n = n + 1"))

    postgres.run_tx(write)
    assert len(attempts) == 2
    with postgres.begin(readonly=True) as unit:
        assert unit.session.scalar(text("SELECT n FROM test_t")) == 2


class OnRecord(logging.Handler):
    """Does something as soon as a line is logged."""

    def __init__(self, action) -> None:
        super().__init__()
        self.emit = lambda _record: action()


def test_a_busy_sqlite_file_is_waited_for(
    sqlite_config: DatabaseConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    database = Database(sqlite_config.model_copy(update={"busy_timeout_s": 0.01}), tmp_path)
    holder = database.driver.connect(str(database.url.database), isolation_level=None, check_same_thread=False)
    database.check()
    holder.execute("BEGIN IMMEDIATE")
    released = []

    def release() -> None:
        if not released:
            released.append(holder.execute("COMMIT"))

    log = logging.getLogger("host.data.database")
    handler = OnRecord(release)
    log.addHandler(handler)
    monkeypatch.setattr(log, "level", logging.INFO)
    monkeypatch.setattr(log, "disabled", False)
    log.manager._clear_cache()
    try:
        database.run_tx(lambda unit: unit.session.execute(text("CREATE TABLE test_t (n INTEGER)")))
    finally:
        log.removeHandler(handler)
        holder.close()
        database.dispose()
    assert len(released) == 1


def test_it_gives_up_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    delays = []
    monkeypatch.setattr(module, "_delay_s", lambda attempt: delays.append(attempt) or 0.0)
    database = Database(DatabaseConfig(url="postgresql://127.0.0.1:1/none"), tmp_path)
    with pytest.raises(DatabaseUnavailableError):
        database.run_tx(lambda unit: None)
    assert delays == list(range(module.ATTEMPTS - 1))


def test_delays_grow_to_a_limit_and_differ():
    longest = [max(module._delay_s(attempt) for _ in range(50)) for attempt in range(12)]
    assert longest[0] <= module.FIRST_DELAY_S
    assert longest[-1] <= module.LONGEST_DELAY_S
    assert len({module._delay_s(5) for _ in range(20)}) > 1
