"""Reads that may lag go to a streaming replica while it is there and close enough, and to the primary otherwise."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database, ReadOnlyUnitError
from host.data.engines import replica as module
from host.errors import ConfigError
from tests.clusters import Cluster, free_port


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_EVERY_S", 0.05)
    monkeypatch.setattr(module, "RETRY_S", 0.2)


@pytest.fixture
def database(server: Cluster, standby: Cluster, tmp_path: Path) -> Iterator[Database]:
    server.ask("CREATE TABLE test_t (n INTEGER)")
    made = Database(DatabaseConfig(url=server.url, replica_url=standby.url, max_lag_s=1.0), tmp_path)
    yield made
    made.dispose()


def port(database: Database, *, may_lag: bool = True) -> int:
    with database.begin(readonly=True, may_lag=may_lag) as unit:
        return int(unit.session.scalar(text("SELECT inet_server_port()")))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_only_reads_that_may_lag_go_to_the_replica(database: Database, server: Cluster, standby: Cluster):
    wait_until(lambda: port(database) == standby.port)
    assert port(database, may_lag=False) == server.port
    with database.begin() as unit:
        assert unit.session.scalar(text("SELECT inet_server_port()")) == server.port


def test_inside_another_unit_a_read_sees_what_that_one_wrote(database: Database, standby: Cluster):
    wait_until(lambda: port(database) == standby.port)
    with database.begin() as unit:
        unit.session.execute(text("INSERT INTO test_t VALUES (1)"))
        with database.begin(readonly=True, may_lag=True) as inner:
            assert inner.session.scalar(text("SELECT count(*) FROM test_t")) == 1


def test_a_unit_on_the_replica_refuses_writes(database: Database, standby: Cluster):
    wait_until(lambda: port(database) == standby.port)
    with database.begin(readonly=True, may_lag=True), pytest.raises(ReadOnlyUnitError), database.begin():
        pass


def test_a_replica_that_lags_is_left_until_it_has_caught_up(database: Database, server: Cluster, standby: Cluster):
    wait_until(lambda: port(database) == standby.port)
    standby.ask("SELECT pg_wal_replay_pause()")
    wait_until(lambda: standby.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")
    with database.begin() as unit:
        unit.session.execute(text("INSERT INTO test_t VALUES (1)"))
    wait_until(lambda: port(database) == server.port)
    # From here on nothing is stale: every read that may lag sees the row.
    with database.begin(readonly=True, may_lag=True) as unit:
        assert unit.session.scalar(text("SELECT count(*) FROM test_t")) == 1
    lag = database.engines.lag
    assert lag is not None
    assert lag.lag_s is not None
    assert lag.lag_s > 1.0
    standby.ask("SELECT pg_wal_replay_resume()")
    wait_until(lambda: port(database) == standby.port)


def test_a_replica_far_behind_is_not_trusted_at_the_first_look(server: Cluster, standby: Cluster, tmp_path: Path):
    server.ask("CREATE TABLE test_t (n INTEGER)")
    wait_until(lambda: standby.ask("SELECT to_regclass('test_t') IS NOT NULL"))
    standby.ask("SELECT pg_wal_replay_pause()")
    server.ask("INSERT INTO test_t VALUES (1)")
    database = Database(DatabaseConfig(url=server.url, replica_url=standby.url), tmp_path)
    with database.begin(readonly=True, may_lag=True) as unit:
        assert unit.session.scalar(text("SELECT count(*) FROM test_t")) == 1
    database.dispose()


def test_a_replica_that_goes_and_comes_back(database: Database, server: Cluster, standby: Cluster):
    wait_until(lambda: port(database) == standby.port)
    standby.kill()
    ports = {port(database) for _ in range(20)}
    assert ports == {server.port}
    standby.start()
    wait_until(lambda: port(database) == standby.port)


def test_without_a_replica_the_primary_is_read(server: Cluster, tmp_path: Path):
    database = Database(DatabaseConfig(url=server.url), tmp_path)
    assert port(database) == server.port
    database.dispose()


def test_a_replica_that_never_was_there(server: Cluster, tmp_path: Path):
    address = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    database = Database(DatabaseConfig(url=server.url, replica_url=address), tmp_path)
    assert port(database) == server.port
    database.dispose()


def test_while_the_primary_is_away_the_replica_is_read(database: Database, server: Cluster, standby: Cluster):
    wait_until(lambda: port(database) == standby.port)
    server.stop()
    time.sleep(0.1)
    assert {port(database) for _ in range(20)} == {standby.port}


@pytest.mark.parametrize(
    ("url", "replica_url"),
    [("sqlite:///app.db", "postgresql://h/n"), ("postgresql://h/n", "sqlite:///app.db"), ("postgresql://h/n", "x")],
)
def test_a_replica_of_another_kind_is_refused(url: str, replica_url: str, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"database\.replica_url"):
        Database(DatabaseConfig(url=url, replica_url=replica_url), tmp_path)
