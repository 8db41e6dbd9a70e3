"""Planted leaks: each is found and named with the line that took the connection."""

import inspect
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database, DatabaseUnavailableError
from host.data.actor import Actor
from host.data.engines.leaks import LeakedConnectionError, LeakWatch

ACTOR = Actor("u1", "Ada", "warehouse", "warehouse/stock", "run-7")


def watched(config: DatabaseConfig, folder: Path, after_s: float, **settings: Any) -> tuple[Database, LeakWatch]:
    watch = LeakWatch(after_s, lambda: ACTOR, **settings)
    return Database(config, folder, extensions=[watch]), watch


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What the watch logs."""
    log = logging.getLogger("host.data.engines.leaks")
    found: list[dict[str, Any]] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.msg if isinstance(record.msg, dict) else {"event": record.msg})
    monkeypatch.setattr(log, "disabled", False)
    log.addHandler(handler)
    yield found
    log.removeHandler(handler)


def here() -> int:
    """The line that calls this."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


@pytest.mark.parametrize("readonly", [False, True])
def test_a_leaked_connection_is_named_with_its_line_once(
    database_config: DatabaseConfig, tmp_path: Path, lines: list[dict[str, Any]], readonly: bool
):
    database, watch = watched(database_config, tmp_path, 0.05)
    leaked = database.begin(readonly)
    leaked.__enter__(); line = here()  # fmt: skip  # noqa: E702
    watch.look()
    assert watch.found == ()
    time.sleep(0.06)
    watch.look()
    watch.look()
    [leak] = watch.found
    assert (leak.place.file, leak.place.line) == (__file__, line)
    assert leak.place.function == inspect.currentframe().f_code.co_name
    assert leak.thread == threading.current_thread().name
    assert leak.actor == ACTOR
    assert leak.held_s >= 0.05
    assert str(leak).startswith(f"tests/integration/data/engines/test_leaks.py:{line} in test_a_leaked")
    assert "plugin warehouse, page warehouse/stock, run run-7" in str(leak)
    assert len(lines) == 1
    assert f"test_leaks.py:{line}" in str(lines[0])
    leaked.__exit__(None, None, None)
    assert watch.held() == ()
    assert len(watch.found) == 1
    database.dispose()


def test_a_connection_given_back_late_is_named_although_nobody_looked(database_config: DatabaseConfig, tmp_path: Path):
    database, watch = watched(database_config, tmp_path, 0.05)
    with database.begin():
        time.sleep(0.06)
    assert len(watch.found) == 1
    database.dispose()


def test_short_units_are_no_leaks(database_config: DatabaseConfig, tmp_path: Path):
    database, watch = watched(database_config, tmp_path, 5.0, strict=True)
    for _ in range(20):
        with database.begin() as unit:
            unit.session.execute(text("SELECT 1"))
    watch.look()
    watch.require_none()
    assert watch.found == ()
    database.dispose()


def test_the_next_taking_finds_it_too(database_config: DatabaseConfig, tmp_path: Path):
    database, watch = watched(database_config, tmp_path, 0.05)
    leaked = database.engines.read.connect()
    time.sleep(0.06)
    database.check()
    assert len(watch.found) == 1
    leaked.close()
    database.dispose()


def test_a_strict_watch_raises_at_whoever_comes_next(database_config: DatabaseConfig, tmp_path: Path):
    database, _ = watched(database_config, tmp_path, 0.05, strict=True)
    leaked = database.engines.read.connect()
    time.sleep(0.06)
    with pytest.raises(LeakedConnectionError, match=r"test_leaks\.py:\d+ in test_a_strict_watch"):
        database.check()
    leaked.close()
    database.check()
    assert sum(figures.checked_out for figures in database.engines.figures()) == 0
    database.dispose()


def test_the_end_of_a_test_finds_what_is_still_held(database_config: DatabaseConfig, tmp_path: Path):
    database, watch = watched(database_config, tmp_path, 30.0)
    with database.begin(), pytest.raises(LeakedConnectionError, match="test_the_end_of_a_test"):
        watch.require_none(patience_s=0.01)
    watch.require_none()
    database.dispose()


def test_a_full_pool_names_who_holds_it(database_config: DatabaseConfig, tmp_path: Path):
    small = database_config.model_copy(update={"pool_size": 1, "max_overflow": 1, "pool_timeout_s": 0.05})
    database = Database(small, tmp_path)
    held = [database.begin(readonly=True) for _ in range(2)]
    both_hold, give_back = threading.Barrier(3), threading.Event()

    def hold(unit: Any) -> None:
        with unit:
            both_hold.wait(30)
            give_back.wait(30)

    threads = [threading.Thread(target=hold, args=(unit,), name=f"holder-{n}") for n, unit in enumerate(held)]
    for thread in threads:
        thread.start()
    both_hold.wait(30)
    with pytest.raises(DatabaseUnavailableError) as full, database.begin(readonly=True):
        pass
    assert full.value.message.count(f"test_leaks.py:{inspect.getsourcelines(hold)[1] + 1} in ") == 2
    assert "holder-0" in full.value.message
    assert "DB_POOL_SIZE" in full.value.remedy
    # The message is for operators; people read that the database can't be reached.
    assert "holder" not in full.value.user_message
    [figures] = [each for each in database.engines.figures() if each.checked_out]
    assert figures.exhausted
    assert (figures.size, figures.max_overflow, figures.checked_out, figures.timeouts) == (1, 1, 2, 1)
    give_back.set()
    for thread in threads:
        thread.join(30)
    assert all(figures.checked_out == 0 == figures.longest_held_s for figures in database.engines.figures())
    database.dispose()


def test_who_waits_is_counted(database_config: DatabaseConfig, tmp_path: Path):
    small = database_config.model_copy(update={"pool_size": 1, "max_overflow": 0, "pool_timeout_s": 30.0})
    database = Database(small, tmp_path)
    waiters = [threading.Thread(target=database.check) for _ in range(3)]
    with database.begin(readonly=True):
        for thread in waiters:
            thread.start()
        deadline = time.monotonic() + 30
        while max(figures.waiting for figures in database.engines.figures()) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    for thread in waiters:
        thread.join(30)
    assert [figures.waiting for figures in database.engines.figures() if figures.waiting] == []
    assert sum(figures.timeouts for figures in database.engines.figures()) == 0
    database.dispose()


def test_without_pooling_the_holders_are_known_too(database_config: DatabaseConfig, tmp_path: Path):
    database = Database(database_config, tmp_path, pooling=False)
    with database.begin(readonly=True):
        [figures] = [each for each in database.engines.figures() if each.holders]
        assert figures.size == 0
        assert figures.checked_out == 1
        assert not figures.exhausted
    database.dispose()


def test_a_connection_that_was_cut_is_no_longer_held(postgres_config: DatabaseConfig, tmp_path: Path):
    database = Database(postgres_config, tmp_path)
    with pytest.raises(Exception, match="terminat"), database.begin() as unit:
        unit.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert database.engines.holders.all() == ()
    database.dispose()
