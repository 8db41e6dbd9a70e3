"""A reader that never ends lets SQLite's write-ahead log grow: it is named, and the log emptied as soon as it ends."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database
from host.data.engines.wal import ANOTHER_PROCESS, WalWatch

LIMIT = 1024 * 1024


@pytest.fixture
def watch() -> WalWatch:
    return WalWatch(LIMIT)


@pytest.fixture
def stocked(sqlite_config: DatabaseConfig, tmp_path: Path, watch: WalWatch) -> Iterator[Database]:
    database = Database(sqlite_config, tmp_path, extensions=[watch])
    with database.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER PRIMARY KEY, filling TEXT)"))
    yield database
    database.dispose()


def write_much(database: Database) -> None:
    for _ in range(4):
        with database.begin() as unit:
            unit.session.execute(text("INSERT INTO test_t (filling) VALUES (hex(randomblob(500000)))"))


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    log = logging.getLogger("host.data.engines.wal")
    found: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(str(record.msg)) if record.levelno >= logging.WARNING else None
    monkeypatch.setattr(log, "disabled", False)
    log.addHandler(handler)
    yield found
    log.removeHandler(handler)


def test_a_grown_log_is_emptied(stocked: Database, watch: WalWatch):
    write_much(stocked)
    assert watch.size_bytes >= LIMIT
    watch.look()
    assert watch.size_bytes == 0
    assert watch.obstacle is None


def test_a_small_log_is_left_alone(stocked: Database, watch: WalWatch):
    before = watch.size_bytes
    assert 0 < before < LIMIT
    watch.look()
    assert watch.size_bytes == before


def test_a_reader_that_never_ends_is_named_and_the_log_emptied_when_it_does(
    stocked: Database, watch: WalWatch, lines: list[str]
):
    with stocked.begin(readonly=True) as reader:
        assert reader.session.scalar(text("SELECT count(*) FROM test_t")) == 0
        write_in_another_thread(stocked)
        watch.look()
        # Once may be chance: a short reader at the wrong moment.
        assert (watch.obstacle, lines) == (None, [])
        watch.look()
        watch.look()
        assert "test_wal.py:" in str(watch.obstacle)
        assert "test_a_reader_that_never_ends" in str(watch.obstacle)
        assert len(lines) == 1
        assert "test_a_reader_that_never_ends" in lines[0]
        assert reader.session.scalar(text("SELECT count(*) FROM test_t")) == 0
    watch.look()
    assert watch.size_bytes == 0
    assert watch.obstacle is None


def test_a_reader_of_another_process_is_told_apart(stocked: Database, watch: WalWatch):
    foreign = stocked.driver.connect(str(stocked.url.database), isolation_level=None)
    foreign.execute("BEGIN")
    foreign.execute("SELECT count(*) FROM test_t").fetchall()
    write_much(stocked)
    watch.look()
    watch.look()
    assert watch.obstacle == ANOTHER_PROCESS
    foreign.close()


def test_postgresql_needs_no_watch(postgres_config: DatabaseConfig, tmp_path: Path, watch: WalWatch):
    database = Database(postgres_config, tmp_path, extensions=[watch])
    watch.look()
    assert watch.size_bytes is None
    database.dispose()


def write_in_another_thread(database: Database) -> None:
    import threading

    thread = threading.Thread(target=write_much, args=(database,))
    thread.start()
    thread.join(60)
