"""A server goes away: the next host is taken, pools recover by themselves, `run_tx` hides it."""

import itertools
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database, DatabaseUnavailableError, UnitOfWork
from host.data import database as module
from host.data.faults import CommitUnknownError
from tests.clusters import Cluster, free_port
from tests.effort import effort

COUNT = "SELECT count(*) FROM test_t"


def opened(url: str, folder: Path, **settings) -> Database:
    return Database(DatabaseConfig(url=url, **settings), folder)


def insert(database: Database) -> None:
    database.run_tx(lambda unit: unit.session.execute(text("INSERT INTO test_t DEFAULT VALUES")))


def port_in_use(database: Database) -> int:
    with database.begin(readonly=True) as unit:
        return int(unit.session.scalar(text("SELECT inet_server_port()")))


def test_the_first_host_is_dead(server: Cluster, tmp_path: Path):
    database = opened(f"postgresql://postgres@127.0.0.1:{free_port()},127.0.0.1:{server.port}/postgres", tmp_path)
    assert port_in_use(database) == server.port
    database.dispose()


def test_the_first_host_is_a_standby(server: Cluster, standby: Cluster, tmp_path: Path):
    database = opened(f"postgresql://postgres@127.0.0.1:{standby.port},127.0.0.1:{server.port}/postgres", tmp_path)
    assert port_in_use(database) == server.port
    database.dispose()


def test_every_host_is_dead(tmp_path: Path):
    database = opened(f"postgresql://me:hunter2@127.0.0.1:{free_port()},127.0.0.1:{free_port()}/x", tmp_path)
    with pytest.raises(DatabaseUnavailableError) as away:
        database.check()
    assert "hunter2" not in str(away.value)


def test_a_server_that_became_a_standby_is_left(server: Cluster, standby: Cluster, tmp_path: Path):
    """Its connections still answer, so only a refused write shows that it is no longer the server."""
    server.ask("CREATE TABLE test_t (n SERIAL)")
    database = opened(f"postgresql://postgres@127.0.0.1:{server.port},127.0.0.1:{standby.port}/postgres", tmp_path)
    insert(database)
    # Open sessions keep what they began with; this is how a demotion looks to them.
    with database.begin() as unit:
        unit.session.execute(text("SET SESSION default_transaction_read_only = on"))
    insert(database)
    assert server.ask(COUNT) == 2
    database.dispose()


class Writers:
    """Four threads that write all the time, and how each of their transactions ended."""

    def __init__(self, database: Database) -> None:
        self.done: list[str] = []
        self.unknown: list[str] = []
        self.failed: list[str] = []
        self._database = database
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(4)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        wanted = len(self.done) + more
        for _ in range(3000):
            if len(self.done) >= wanted:
                return
            self._stopping.wait(0.01)
        raise AssertionError(self.failed[-5:])

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)

    def _write(self, thread: int) -> None:
        for number in itertools.count():
            if self._stopping.is_set():
                return
            name = f"{thread}-{number}"

            def insert_name(unit: UnitOfWork, name: str = name) -> None:
                unit.session.execute(text("INSERT INTO test_t (name) VALUES (:name)"), {"name": name})

            try:
                self._database.run_tx(insert_name)
                self.done.append(name)
            except CommitUnknownError:
                self.unknown.append(name)
            except BaseException as error:
                self.failed.append(f"{name}: {error!r}")


@pytest.mark.parametrize("crashed", [False, True])
def test_no_transaction_fails_because_the_server_goes_and_comes_back(
    crashed: bool, server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # A server on a busy machine may need longer to come back than a person would wait.
    monkeypatch.setattr(module, "ATTEMPTS", 60)
    server.ask("CREATE TABLE test_t (n SERIAL, name TEXT UNIQUE)")
    database = opened(server.url, tmp_path)
    writers = Writers(database)
    try:
        writers.wait_for(50)
        for _ in range(effort(short=2, long=20)):
            if crashed:
                server.kill()
                server.start()
            else:
                server.restart()
            writers.wait_for(50)
    finally:
        writers.stop()
        database.dispose()
    stored = set(str(server.ask("SELECT string_agg(name, ',') FROM test_t")).split(","))
    assert writers.failed == []
    assert set(writers.done) <= stored
    # What is there beyond is what was under way in a commit, and told so.
    assert stored - set(writers.done) <= set(writers.unknown)


def test_the_standby_takes_over_and_everything_committed_is_there(server: Cluster, standby: Cluster, tmp_path: Path):
    database = opened(f"postgresql://postgres@127.0.0.1:{server.port},127.0.0.1:{standby.port}/postgres", tmp_path)
    server.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
    server.ask("SELECT pg_reload_conf()")
    server.ask("CREATE TABLE test_t (n SERIAL)")
    for _ in range(3):
        insert(database)
    server.stop()
    # The last test of this module: neither server is what it was.
    standby.ask("SELECT pg_promote()")
    # The pool still has its connection to the old server.
    insert(database)
    assert port_in_use(database) == standby.port
    assert standby.ask(COUNT) == 4
    database.dispose()
