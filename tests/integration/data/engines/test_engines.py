from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from host.config import DatabaseConfig
from host.data import Database, DatabaseUnavailableError


def value(database: Database, query: str, *, readonly: bool = False) -> object:
    with database.begin(readonly) as unit:
        return unit.session.scalar(text(query))


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_sqlite_is_set_up_on_every_connection(sqlite: Database, pragma: str, expected: object, readonly: bool):
    assert value(sqlite, f"PRAGMA {pragma}", readonly=readonly) == expected


def test_a_writing_transaction_on_sqlite_takes_the_lock_at_once(sqlite: Database):
    with sqlite.begin():
        other = sqlite.driver.connect(str(sqlite.url.database), timeout=0, isolation_level=None)
        with pytest.raises(sqlite.driver.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_readers_on_sqlite_go_on_while_one_writes_and_see_the_last_commit(sqlite: Database):
    with sqlite.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))
        reader = sqlite.driver.connect(str(sqlite.url.database), timeout=0)
        assert reader.execute("SELECT count(*) FROM sqlite_master WHERE name = 'test_t'").fetchone() == (0,)
        reader.close()


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("statement_timeout", "1min"), ("idle_in_transaction_session_timeout", "2min"), ("lock_timeout", "10s")],
)
def test_postgresql_ends_what_hangs(postgres: Database, setting: str, expected: str):
    assert value(postgres, f"SHOW {setting}") == expected


@pytest.mark.parametrize(
    ("limit", "statement", "state"),
    [
        ("statement_timeout_s", "SELECT pg_sleep(30)", "57014"),
        ("lock_timeout_s", "LOCK TABLE host_change", "55P03"),
    ],
)
def test_a_limit_set_by_the_operator_holds(postgres: Database, tmp_path: Path, limit: str, statement: str, state: str):
    address = postgres.url.render_as_string(hide_password=False)
    limited = Database(DatabaseConfig.model_validate({"url": address, limit: 0.05}), tmp_path)
    with postgres.begin() as holder:
        holder.session.execute(text("LOCK TABLE host_change"))
        with pytest.raises(DBAPIError) as ended, limited.begin() as unit:
            unit.session.execute(text(statement))
    assert ended.value.orig.sqlstate == state
    limited.dispose()


def test_migrations_and_listeners_wait_for_locks_without_limit(postgres: Database):
    with postgres.single.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "0"


def test_what_the_address_says_wins(postgres_config: DatabaseConfig, tmp_path: Path):
    database = Database(DatabaseConfig(url=f"{postgres_config.url}?application_name=mine"), tmp_path)
    assert value(database, "SHOW application_name") == "mine"
    database.dispose()


def test_a_read_only_unit_refuses_writes_and_leaves_the_next_one_free(database: Database):
    with pytest.raises(DBAPIError, match=r"read.?only"), database.begin(readonly=True) as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))
    with database.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))


def test_without_pooling_no_connection_is_kept(database_config: DatabaseConfig, tmp_path: Path):
    database = Database(database_config, tmp_path, pooling=False)
    seen = set()
    for _ in range(2):
        with database.begin() as unit:
            pooled = unit.session.connection().connection
            seen.add(pooled.dbapi_connection)
        assert pooled.dbapi_connection is None
    assert len(seen) == 2


def test_with_pooling_a_connection_is_used_again(database: Database):
    seen = set()
    for _ in range(2):
        with database.begin() as unit:
            seen.add(unit.session.connection().connection.dbapi_connection)
    assert len(seen) == 1


def test_check_is_content_with_a_running_database(database: Database):
    database.check()


def test_check_names_a_server_that_is_away_without_its_password(tmp_path: Path):
    config = DatabaseConfig(url="postgresql://me:hunter2@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailableError) as away:
        Database(config, tmp_path).check()
    assert "127.0.0.1" in away.value.message
    assert "hunter2" not in str(away.value)
    assert "DATABASE_URL" in away.value.remedy


def test_check_names_a_file_that_is_no_database(tmp_path: Path):
    (tmp_path / "app.db").write_bytes(b"this is a letter to my aunt, not a database" * 50)
    with pytest.raises(DatabaseUnavailableError, match="not a database"):
        Database(DatabaseConfig(url="sqlite:///app.db"), tmp_path).check()


def test_a_pool_in_use_says_so(sqlite_config: DatabaseConfig, tmp_path: Path):
    small = sqlite_config.model_copy(update={"pool_size": 1, "max_overflow": 0, "pool_timeout_s": 0.01})
    database = Database(small, tmp_path)
    held = database.engines.read.connect()
    with pytest.raises(DatabaseUnavailableError, match="in use") as full, database.begin(readonly=True):
        pass
    assert "DB_POOL_SIZE" in full.value.remedy
    held.close()
    database.dispose()


def test_a_dead_pooled_connection_is_replaced_unnoticed(postgres: Database, cut_connections):
    postgres.check()
    assert cut_connections(postgres) >= 1
    postgres.check()
