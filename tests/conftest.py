"""Fixtures for real databases: SQLite files, and a PostgreSQL database made for this run and dropped after it."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from host.config import DatabaseConfig
from host.data import Database, host_target
from tests.effort import LONG
from tests.schema import migrated

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is marked `long` to `make test-long`; pytest tells how many that were."""
    if LONG:
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


def _admin(url: URL) -> Connection:
    settings = {"isolation_level": "AUTOCOMMIT", "connect_args": {"connect_timeout": 5}, "poolclass": NullPool}
    return create_engine(url, **settings).connect()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty database of this run's own."""
    server = make_url(POSTGRES_URL)
    try:
        admin = _admin(server)
    except OperationalError as error:
        reason = f"NO POSTGRESQL at {POSTGRES_URL} (set TEST_POSTGRES_URL): {str(error.orig).splitlines()[0]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    name = f"holdfast_test_{os.getpid()}_{secrets.token_hex(3)}"
    with admin:
        admin.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sqlite_config() -> DatabaseConfig:
    """A SQLite file in the test's data folder."""
    return DatabaseConfig(url="sqlite:///test.db")


@pytest.fixture
def postgres_config(postgres_url: str) -> DatabaseConfig:
    """The run's PostgreSQL database, emptied and with nobody else connected."""
    with _admin(make_url(postgres_url)) as admin:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        admin.execute(text(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
        admin.execute(text("DROP SCHEMA public CASCADE"))
        admin.execute(text("CREATE SCHEMA public"))
    return DatabaseConfig(url=postgres_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_config(request: pytest.FixtureRequest) -> DatabaseConfig:
    """Each database in turn, empty."""
    name = "sqlite_config" if request.param == "sqlite" else "postgres_config"
    config: DatabaseConfig = request.getfixturevalue(name)
    return config


@pytest.fixture
def empty_database(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Database]:
    """Each database in turn, without any table."""
    database = Database(database_config, tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """Each database in turn, with the host's tables."""
    migrated(empty_database, host_target())
    return empty_database


@pytest.fixture
def sqlite(sqlite_config: DatabaseConfig, tmp_path: Path) -> Iterator[Database]:
    """SQLite only, with the host's tables."""
    database = Database(sqlite_config, tmp_path)
    migrated(database, host_target())
    yield database
    database.dispose()


@pytest.fixture
def postgres(postgres_config: DatabaseConfig, tmp_path: Path) -> Iterator[Database]:
    """PostgreSQL only, with the host's tables."""
    database = Database(postgres_config, tmp_path)
    migrated(database, host_target())
    yield database
    database.dispose()
