import os
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from host.data import ChangeFeed, Database, ProcessTable, processes
from host.data.tables import ProcessRow


@pytest.fixture
def table(database: Database) -> ProcessTable:
    return ProcessTable(database)


def age(database: Database, process_id: str, seconds: float) -> None:
    """Let the process's last heartbeat be that long ago."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    with database.begin() as unit:
        unit.session.execute(update(ProcessRow).where(ProcessRow.id == process_id).values(heartbeat=moment))


def test_a_registered_process_is_alive_with_all_that_was_said(table: ProcessTable):
    process_id = table.register("web", "1.2.3", "hash")
    [found] = table.alive()
    assert (found.id, found.role, found.version, found.plan_hash) == (process_id, "web", "1.2.3", "hash")
    assert (found.pid, found.host_name) == (os.getpid(), socket.gethostname())
    assert found.started == found.heartbeat
    assert found.started.tzinfo is UTC


def test_a_removed_process_is_gone_and_twice_is_no_error(table: ProcessTable):
    process_id = table.register("web", "1", "h")
    table.remove(process_id)
    table.remove(process_id)
    assert table.alive() == []


def test_without_heartbeat_it_is_dead_and_with_one_alive_again(database: Database, table: ProcessTable):
    process_id = table.register("worker", "1", "h")
    age(database, process_id, processes.ALIVE_S + 1)
    assert table.alive() == []
    table.heartbeat(process_id)
    assert [each.id for each in table.alive()] == [process_id]


def test_the_oldest_comes_first(table: ProcessTable):
    ids = [table.register(role, "1", "h") for role in ("web", "worker", "command")]
    assert [each.id for each in table.alive()] == ids


def test_rows_of_long_dead_processes_are_forgotten(database: Database, table: ProcessTable):
    dead = table.register("web", "1", "h")
    age(database, dead, processes.FORGET_S + 1)
    table.register("web", "2", "h")
    with database.begin(readonly=True) as unit:
        assert unit.session.get(ProcessRow, dead) is None


def test_the_feeds_thread_keeps_a_process_alive(
    database: Database, table: ProcessTable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(processes, "HEARTBEAT_S", 0.01)
    beaten = threading.Event()
    feed = ChangeFeed(database)
    process_id = table.register("web", "1", "h")
    age(database, process_id, processes.ALIVE_S + 1)
    table.keep_alive(process_id, feed)
    feed.every(0.02, lambda: beaten.set() if table.alive() else None)
    feed.start()
    assert beaten.wait(30)
    feed.stop()


def test_a_killed_process_stays_known_until_its_heartbeat_is_old(database: Database, table: ProcessTable, spawn):
    child = spawn('say(ProcessTable(database).register("worker", "1", "h")); hear()')
    process_id = child.line()
    child.process.kill()
    child.process.wait()
    assert [each.pid for each in table.alive()] == [child.process.pid]
    age(database, process_id, processes.ALIVE_S + 1)
    assert table.alive() == []
