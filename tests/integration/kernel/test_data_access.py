"""The short ways to the database, and its short public name."""

from types import SimpleNamespace

import pytest
from sqlalchemy import text

import host
from host import DB, get_conn, run_tx
from host.config import DatabaseConfig
from host.contracts.principal import Principal
from host.data import Database, ReadOnlyUnitError
from host.errors import NoContextError
from host.kernel.context import RunContext, entered


@pytest.fixture
def running(database: Database):
    """A run of an app on this database, which has a table."""
    with database.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))
    application = SimpleNamespace(host=SimpleNamespace(database=lambda: database))
    who = Principal("anna", "Anna", frozenset())
    with entered(RunContext(application=application, principal=who, correlation_id="c")):
        yield database


def _numbers(database: Database) -> list[int]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(text("SELECT n FROM test_t ORDER BY n")))


def test_a_connection_commits_at_its_end_and_rolls_back_on_the_way_out(running: Database):
    with get_conn() as connection:
        connection.execute(text("INSERT INTO test_t VALUES (1)"))
    with pytest.raises(ValueError, match="no"), get_conn() as connection:
        connection.execute(text("INSERT INTO test_t VALUES (2)"))
        raise ValueError("no")
    assert _numbers(running) == [1]


def test_a_connection_takes_part_in_the_open_unit(running: Database):
    with running.begin() as unit:
        with get_conn() as connection:
            assert connection is unit.session.connection()
            connection.execute(text("INSERT INTO test_t VALUES (1)"))
        with pytest.raises(ValueError, match="no"), get_conn() as connection:
            connection.execute(text("INSERT INTO test_t VALUES (2)"))
            raise ValueError("no")
        assert _numbers(running) == [1]


def test_a_writing_connection_in_a_reading_unit_is_refused(running: Database):
    with running.begin(readonly=True):
        with pytest.raises(ReadOnlyUnitError), get_conn():
            pass
        with get_conn(readonly=True) as connection:
            assert connection.scalar(text("SELECT count(*) FROM test_t")) == 0


def test_a_transaction_returns_what_its_function_returns(running: Database):
    assert run_tx(lambda unit: unit.session.execute(text("INSERT INTO test_t VALUES (5)")).rowcount) == 1
    assert _numbers(running) == [5]


@pytest.mark.parametrize("call", [lambda: get_conn().__enter__(), lambda: run_tx(print)])
def test_outside_a_run_they_say_so(call):
    with pytest.raises(NoContextError, match="only inside a page run"):
        call()


def test_health_tells_how_the_database_is(database: Database, tmp_path):
    assert host.DB is Database
    health = database.health()
    assert (health.answers, health.dialect, health.fault) == (True, database.dialect, None)
    assert health.round_trip_ms is not None
    away = DB(DatabaseConfig(url="postgresql://127.0.0.1:1/none"), tmp_path).health()
    assert (away.answers, away.round_trip_ms) == (False, None)
    assert "cannot be used" in str(away.fault)


def test_migrate_brings_the_hosts_tables_to_head(empty_database: Database):
    empty_database.migrate()
    with empty_database.begin(readonly=True) as unit:
        assert unit.session.scalar(text("SELECT count(*) FROM host_process")) == 0
