import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import ChangeFeed, Database, NoUnitOfWorkError, ReadOnlyUnitError
from host.data.faults import DatabaseUnavailableError
from host.data.feed import wakeup

DEADLINE_S = 30


class Heard:
    """What a subscriber was told, to be waited for."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, key: str) -> None:
        with self._changed:
            self.keys.append(key)
            self._changed.notify_all()

    def until(self, key: str) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: key in self.keys, DEADLINE_S), self.keys
            return list(self.keys)


@pytest.fixture
def feed(database: Database) -> Iterator[ChangeFeed]:
    feed = ChangeFeed(database)
    yield feed
    feed.stop()


@pytest.fixture
def heard(feed: ChangeFeed) -> Heard:
    heard = Heard()
    feed.subscribe("stock", heard)
    feed.start()
    return heard


def publish(database: Database, feed: ChangeFeed, *keys: str) -> None:
    with database.begin():
        for key in keys:
            feed.publish("stock", key)


def test_changes_of_a_commit_arrive_in_order_also_in_the_process_that_made_them(
    database: Database, feed: ChangeFeed, heard: Heard
):
    publish(database, feed, "1", "2", "1")
    publish(database, feed, "end")
    assert heard.until("end") == ["1", "2", "end"]


def test_what_is_rolled_back_is_never_told(database: Database, feed: ChangeFeed, heard: Heard):
    with pytest.raises(KeyboardInterrupt), database.begin():
        feed.publish("stock", "outer")
        raise KeyboardInterrupt
    with database.begin():
        with pytest.raises(KeyboardInterrupt), database.begin():
            feed.publish("stock", "inner")
            raise KeyboardInterrupt
        feed.publish("stock", "end")
    assert heard.until("end") == ["end"]


def test_other_topics_are_not_told(database: Database, feed: ChangeFeed, heard: Heard):
    with database.begin():
        feed.publish("price", "1")
        feed.publish("stock", "end")
    assert heard.until("end") == ["end"]


def test_publishing_needs_a_writing_unit_of_work(database: Database, feed: ChangeFeed):
    with pytest.raises(NoUnitOfWorkError):
        feed.publish("stock")
    with pytest.raises(ReadOnlyUnitError), database.begin(readonly=True):
        feed.publish("stock")


def test_a_raising_subscriber_stops_nothing(database: Database, feed: ChangeFeed, heard: Heard):
    def broken(_: str) -> None:
        raise ValueError("mine")

    feed.subscribe("stock", broken)
    publish(database, feed, "1")
    publish(database, feed, "end")
    assert heard.until("end") == ["1", "end"]


def test_a_subscriber_that_lost_the_database_is_told_again(
    database: Database, feed: ChangeFeed, heard: Heard, tmp_path: Path
):
    failures = []
    told = Heard()
    away = Database(DatabaseConfig(url="postgresql://127.0.0.1:1/none"), tmp_path)

    def unlucky(key: str) -> None:
        if not failures:
            failures.append(key)
            away.check()
        told(key)

    feed.subscribe("stock", unlucky)
    publish(database, feed, "1")
    told.until("1")
    assert failures == ["1"]


def test_changes_made_while_stopped_are_read_after_the_next_start(database: Database, feed: ChangeFeed, heard: Heard):
    publish(database, feed, "1")
    heard.until("1")
    feed.stop()
    publish(database, feed, "2", "3")
    feed.start()
    assert heard.until("3") == ["1", "2", "3"]


def test_changes_of_before_the_start_are_not_told(database: Database, feed: ChangeFeed):
    publish(database, feed, "old")
    heard = Heard()
    feed.subscribe("stock", heard)
    feed.start()
    publish(database, feed, "end")
    assert heard.until("end") == ["end"]


def test_stopping_ends_the_thread_at_once_and_twice_is_no_error(feed: ChangeFeed):
    feed.start()
    feed.start()
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("host-changes") == 1
    feed.stop()
    feed.stop()
    assert "host-changes" not in [thread.name for thread in threading.enumerate()]


def test_regular_tasks_run_and_a_raising_one_stops_nothing(database: Database, feed: ChangeFeed, heard: Heard):
    beats = threading.Semaphore(0)

    def broken() -> None:
        raise SystemExit("mine")

    feed.every(0.01, broken)
    feed.every(0.01, beats.release)
    publish(database, feed, "wake")
    heard.until("wake")
    assert all(beats.acquire(timeout=DEADLINE_S) for _ in range(3))
    publish(database, feed, "end")
    heard.until("end")


def rows(database: Database) -> list[str]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(text("SELECT key FROM host_change ORDER BY seq")))


def test_pruning_removes_the_old_and_keeps_the_newest(database: Database):
    feed = ChangeFeed(database, retention_s=0)
    publish(database, feed, "1", "2")
    publish(database, feed, "3")
    feed.prune()
    assert rows(database) == ["3"]
    publish(database, feed, "4")
    kept = ChangeFeed(database, retention_s=3600)
    kept.prune()
    assert rows(database) == ["3", "4"]


def test_numbers_of_pruned_changes_are_not_used_again(database: Database):
    feed = ChangeFeed(database)
    publish(database, feed, "1", "2")
    with database.begin() as unit:
        unit.session.execute(text("DELETE FROM host_change"))
    publish(database, feed, "3")
    with database.begin(readonly=True) as unit:
        assert unit.session.scalar(text("SELECT max(seq) FROM host_change")) == 3


def test_a_reader_that_is_late_is_told_that_anything_may_have_changed_and_then_the_rest(
    database: Database, feed: ChangeFeed, heard: Heard, caplog: pytest.LogCaptureFixture
):
    price = Heard()
    feed.subscribe("price", price)
    publish(database, feed, "1")
    heard.until("1")
    feed.stop()
    publish(database, feed, "2", "3")
    publish(database, feed, "4")
    ChangeFeed(database, retention_s=0).prune()
    with caplog.at_level(logging.WARNING):
        feed.start()
        assert heard.until("4") == ["1", "", "4"]
    assert price.keys == [""]
    assert [message for message in caplog.messages if "pruned" in message]


def test_a_reader_that_is_not_late_is_told_nothing_but_the_changes(database: Database, feed: ChangeFeed, heard: Heard):
    publish(database, feed, "1", "2")
    heard.until("2")
    ChangeFeed(database, retention_s=0).prune()
    publish(database, feed, "3")
    assert heard.until("3") == ["1", "2", "3"]


def test_more_changes_than_fit_a_batch_arrive(database: Database, feed: ChangeFeed, heard: Heard):
    keys = [str(number) for number in range(1201)]
    publish(database, feed, *keys)
    assert heard.until("1200") == keys


def test_a_start_without_the_database_is_made_up_for(
    postgres: Database, cut_connections: Callable[[Database], int], monkeypatch: pytest.MonkeyPatch
):
    feed = ChangeFeed(postgres)
    heard = Heard()
    feed.subscribe("stock", heard)
    publish(postgres, feed, "missed")

    def away() -> int:
        raise DatabaseUnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(feed, "_newest", away)
        feed._last = feed._listener.attempt(feed._newest)
    assert feed._last is None
    feed._listener.start()
    assert heard.until("") == [""]
    publish(postgres, feed, "end")
    assert heard.until("end") == ["", "end"]
    feed.stop()


def test_a_cut_listener_connects_again_and_misses_nothing(
    postgres: Database, cut_connections: Callable[[Database], int], caplog: pytest.LogCaptureFixture
):
    feed = ChangeFeed(postgres)
    heard = Heard()
    feed.subscribe("stock", heard)
    feed.start()
    expected = []
    with caplog.at_level(logging.WARNING, "host.data"):
        for number in range(3):
            publish(postgres, feed, f"{number} before")
            heard.until(f"{number} before")
            assert cut_connections(postgres) >= 1
            publish(postgres, feed, f"{number} after")
            expected += [f"{number} before", f"{number} after"]
            assert heard.until(f"{number} after") == expected
    feed.stop()
    # One line an outage; a cut before the listener has settled again belongs to the outage before.
    assert 1 <= len([message for message in caplog.messages if "lost its connection" in message]) <= 3


def test_a_listener_of_postgresql_sleeps_until_it_is_notified(postgres: Database):
    feed = ChangeFeed(postgres)
    heard = Heard()
    looks = []
    read_on = feed._listener._read_on
    feed._listener._read_on = lambda: (looks.append(1), read_on())[1]
    feed.subscribe("stock", heard)
    feed.start()
    publish(postgres, feed, "1")
    heard.until("1")
    later = threading.Semaphore(0)
    feed.every(0.2, later.release)
    publish(postgres, feed, "2")
    assert all(later.acquire(timeout=DEADLINE_S) for _ in range(3))
    feed.stop()
    assert len(looks) <= 10


def test_a_notification_wakes_the_listener(postgres: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wakeup, "FALLBACK_S", 3600.0)
    feed, heard = ChangeFeed(postgres), Heard()
    feed.subscribe("stock", heard)
    feed.start()
    # The first ones may be read on the way into the wait; that all of them are is out of the question.
    for number in range(20):
        publish(postgres, feed, str(number))
        heard.until(str(number))
    feed.stop()


def test_a_lost_notification_is_made_up_for(postgres: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wakeup, "FALLBACK_S", 0.05)
    feed, heard = ChangeFeed(postgres), Heard()
    feed.subscribe("stock", heard)
    feed.start()
    silent = text("INSERT INTO host_change (topic, key, at) VALUES ('stock', :key, now())")
    for number in range(10):
        with postgres.begin() as unit:
            unit.session.execute(silent, {"key": str(number)})
        heard.until(str(number))
    feed.stop()


def test_the_order_of_numbers_is_the_order_of_commits(database: Database, spawn):
    """Writers that commit out of order would let a reader skip the slower one's rows for ever."""
    feed = ChangeFeed(database)
    heard = Heard()
    feed.subscribe("stock", heard)
    feed.start()
    writers = [
        spawn(f"""
        feed = ChangeFeed(database)
        say("ready")
        hear()
        for number in range(50):
            def write(unit):
                feed.publish("stock", f"{writer}-{{number}}")
                feed.publish("stock", f"{writer}-{{number}}-second")
            database.run_tx(write)
        """)
        for writer in "abc"
    ]
    assert [writer.line() for writer in writers] == ["ready"] * 3
    for writer in writers:
        writer.tell("go")
    for writer in writers:
        writer.finish()
    publish(database, feed, "end")
    keys = heard.until("end")
    feed.stop()
    assert len(keys) == len(set(keys)) == 301
    for writer in "abc":
        mine = [key for key in keys if key.startswith(writer)]
        assert mine == [f"{writer}-{n}{part}" for n in range(50) for part in ("", "-second")]


def test_a_listener_in_another_process_hears_of_a_change(database: Database, spawn):
    listener = spawn("""
    feed = ChangeFeed(database)
    feed.subscribe("stock", say)
    feed.start()
    say("listening")
    hear()
    feed.stop()
    """)
    assert listener.line() == "listening"
    publish(database, ChangeFeed(database), "from here")
    assert listener.line() == "from here"
    listener.tell("end")
    listener.finish()
