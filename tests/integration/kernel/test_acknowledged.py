"""Acknowledgements: a process confirms what its subscribers have taken, nothing earlier, and others can wait for it."""

import asyncio
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from host.data import ChangeFeed, Database, NoUnitOfWorkError, ProcessTable
from host.data.tables import ProcessRow
from host.kernel.acknowledged import AUTH_TOPIC, Acknowledgements, WaitingOnLoopError


class WebProcess:
    """What a web process has of the database."""

    def __init__(self, database: Database) -> None:
        self.feed = ChangeFeed(database)
        self.table = ProcessTable(database)
        self.acknowledgements = Acknowledgements(database, self.feed, self.table)
        self.taken: list[str] = []
        self.feed.subscribe(AUTH_TOPIC, self.taken.append)
        self.id = self.table.register("web", "1", "hash")

    def confirm(self) -> "WebProcess":
        self.acknowledgements.confirm_as(self.id)
        return self


@pytest.fixture
def own(database: Database):
    process = WebProcess(database).confirm()
    yield process
    process.feed.stop()


def publish(database: Database, key: str = "user:anna", topic: str = AUTH_TOPIC) -> None:
    feed = ChangeFeed(database)
    with database.begin():
        feed.publish(topic, key)


def test_the_own_process_takes_the_change_while_it_waits_without_its_listener(database: Database, own: WebProcess):
    publish(database)
    assert own.acknowledgements.wait(within_s=0) == ()
    assert own.taken[-1] == "user:anna"


def test_whoever_begins_to_confirm_has_read_everything_again(database: Database):
    publish(database)
    process = WebProcess(database)
    process.confirm()
    assert process.taken == [""]
    assert process.acknowledgements.wait(within_s=0) == ()


def test_a_process_that_has_not_taken_the_change_is_named(database: Database, own: WebProcess):
    other = WebProcess(database).confirm()
    publish(database)
    assert own.acknowledgements.wait(within_s=0.1) == (other.id,)
    other.feed.catch_up()
    assert own.acknowledgements.wait(within_s=0) == ()


def test_waiting_ends_as_soon_as_the_last_one_has_confirmed(database: Database, own: WebProcess):
    other = WebProcess(database).confirm()
    other.feed.start()
    try:
        publish(database)
        assert own.acknowledgements.wait(within_s=30) == ()
        assert other.taken[-1] == "user:anna"
    finally:
        other.feed.stop()


def test_a_subscriber_that_fails_keeps_its_process_from_confirming(database: Database, own: WebProcess):
    def fail(key: str) -> None:
        raise RuntimeError("no memory")

    stop = own.feed.subscribe(AUTH_TOPIC, fail)
    publish(database)
    assert own.acknowledgements.wait(within_s=0) == (own.id,)
    stop()
    publish(database)
    assert own.acknowledgements.wait(within_s=0) == ()


def test_a_confirmation_that_could_not_be_written_is_written_later(database: Database, own: WebProcess, monkeypatch):
    confirm, refused = own.table.confirm, threading.Event()

    def once(process_id: str, seq: int) -> None:
        if not refused.is_set():
            refused.set()
            raise OSError("disk full")
        confirm(process_id, seq)

    monkeypatch.setattr(type(own.table), "confirm", staticmethod(once))
    publish(database)
    with pytest.raises(OSError, match="disk full"):
        own.feed.catch_up()
    assert own.acknowledgements.wait(within_s=0) == ()


def test_other_topics_and_other_roles_are_not_waited_for(database: Database, own: WebProcess):
    own.table.register("worker", "1", "hash")
    publish(database)
    assert own.acknowledgements.wait(within_s=0) == ()
    other = WebProcess(database).confirm()
    publish(database, topic="stock")
    assert own.acknowledgements.wait(within_s=0) == ()
    assert other.taken == [""]


def test_a_process_that_no_longer_beats_or_whose_pid_is_gone_is_not_waited_for(database: Database, own: WebProcess):
    silent, gone = own.table.register("web", "1", "hash"), own.table.register("web", "1", "hash")
    publish(database)
    assert set(own.acknowledgements.wait(within_s=0)) == {silent, gone}
    with database.begin() as unit:
        dead = update(ProcessRow).where(ProcessRow.id == silent).values(heartbeat=datetime(2000, 1, 1, tzinfo=UTC))
        unit.session.execute(dead)
        unit.session.execute(update(ProcessRow).where(ProcessRow.id == gone).values(pid=2**22 + 1))
    assert own.acknowledgements.wait(within_s=0) == ()


def test_waiting_before_the_commit_is_refused(database: Database, own: WebProcess):
    with database.begin(), pytest.raises(NoUnitOfWorkError):
        own.acknowledgements.wait()


def test_waiting_on_an_event_loop_is_refused(own: WebProcess):
    async def wait() -> None:
        own.acknowledgements.wait()

    with pytest.raises(WaitingOnLoopError):
        asyncio.run(wait())


def test_who_confirms_nothing_itself_can_wait_for_others(database: Database, own: WebProcess):
    own.feed.start()
    publish(database)
    feed = ChangeFeed(database)
    began = time.monotonic()
    assert Acknowledgements(database, feed, ProcessTable(database)).wait(within_s=30) == ()
    assert time.monotonic() - began < 30
