"""Which SQLite library is used, and that no second one of this process touches the file."""

import builtins
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from host.config import DatabaseConfig
from host.data import Database
from host.data.engines import sqlite_driver as module
from host.data.engines.sqlite_driver import SqliteDriver, has_wal_reset_bug, sqlite_driver
from host.data.engines.sqlite_guard import SecondSqliteError
from host.data.faults import is_conflict


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_the_faulty_versions_are_known(version: tuple[int, int, int], faulty: bool):
    assert has_wal_reset_bug(version) is faulty


@pytest.fixture
def chosen_anew() -> Iterator[None]:
    sqlite_driver.cache_clear()
    yield
    sqlite_driver.cache_clear()


def linked(monkeypatch: pytest.MonkeyPatch, *version: int) -> SimpleNamespace:
    """Let the standard library's module be linked to another version."""
    made = SimpleNamespace(sqlite_version_info=version, __name__="sqlite3")
    monkeypatch.setattr(module, "sqlite3", made)
    return made


@pytest.mark.usefixtures("chosen_anew")
def test_a_sound_linked_library_is_used(monkeypatch: pytest.MonkeyPatch):
    assert linked(monkeypatch, 3, 51, 3) is sqlite_driver().module


@pytest.mark.usefixtures("chosen_anew")
def test_a_faulty_linked_library_is_replaced(monkeypatch: pytest.MonkeyPatch):
    pysqlite3 = pytest.importorskip("pysqlite3", reason="pysqlite3 has wheels for x86-64 Linux only")
    linked(monkeypatch, 3, 51, 2)
    assert sqlite_driver().module is pysqlite3.dbapi2
    assert sqlite_driver().fault is None


@pytest.mark.usefixtures("chosen_anew")
def test_without_a_better_one_the_fault_is_told(monkeypatch: pytest.MonkeyPatch):
    faulty = linked(monkeypatch, 3, 40, 1)
    found = builtins.__import__

    def without_pysqlite3(name: str, *args: object) -> object:
        if name.startswith("pysqlite3"):
            raise ImportError(name)
        return found(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_pysqlite3)
    driver = sqlite_driver()
    assert driver.module is faulty
    assert "3.40.1 (sqlite3)" in str(driver.fault)


def test_every_engine_uses_the_chosen_library(sqlite: Database):
    expected = ".".join(map(str, sqlite_driver().version))
    for engine in (sqlite.engines.write, sqlite.engines.read, sqlite.engines.single):
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT sqlite_version()")) == expected
    assert sqlite.driver is sqlite_driver().module


def test_its_busy_errors_are_recognised(sqlite_config: DatabaseConfig, tmp_path: Path):
    database = Database(sqlite_config.model_copy(update={"busy_timeout_s": 0.01}), tmp_path)
    with database.begin(), database.single.connect() as other:
        with pytest.raises(OperationalError) as busy:
            other.begin()
        assert is_conflict(busy.value)
    database.dispose()


def run_alone(code: str, file: str) -> str:
    """What `code` says in a process of its own."""
    command = [sys.executable, "-c", code, file]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def on_the_same_file(database: Database) -> list[object]:
    file = Path(str(database.url.database))
    linked_to = file.with_name("same.db")
    linked_to.symlink_to(file)
    return [str(file), file, bytes(file), f"file:{file}?mode=ro", linked_to]


def test_a_second_library_in_this_process_is_kept_away_from_the_file(sqlite: Database):
    for name in on_the_same_file(sqlite):
        # Where the linked library is sound it is the only one, and nothing is refused.
        with nullcontext() if sqlite.driver is sqlite3 else pytest.raises(SecondSqliteError, match="second SQLite"):
            sqlite3.connect(name, uri=True).close()
    sqlite3.connect(":memory:").close()
    sqlite3.connect(str(sqlite.url.database) + ".copy").close()


def test_what_the_second_library_would_do_to_the_locks(tmp_path: Path):
    """The reason for the refusal, shown in a process of its own: the writer's lock does not hold the other back."""
    pytest.importorskip("pysqlite3", reason="pysqlite3 has wheels for x86-64 Linux only")
    code = """
import sqlite3, sys
from pysqlite3 import dbapi2
first = dbapi2.connect(sys.argv[1], isolation_level=None)
first.execute("PRAGMA journal_mode = WAL")
first.execute("CREATE TABLE t (n)")
first.execute("BEGIN IMMEDIATE")
second = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
second.execute("BEGIN IMMEDIATE")
print("two writers at once")
"""
    assert run_alone(code, str(tmp_path / "t.db")) == "two writers at once"


def test_another_process_may_use_its_own_library(sqlite: Database):
    code = """
import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM host_change").fetchone())
"""
    assert run_alone(code, str(sqlite.url.database)) == "0"


def test_a_driver_says_version_and_name():
    assert str(SqliteDriver(sqlite3, (3, 53, 4))) == "3.53.4 (sqlite3)"
