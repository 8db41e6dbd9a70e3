"""The tests' tables in each database, audited and guarded, and their repositories."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from host.config import DatabaseConfig
from host.data import Database, host_target
from host.data.actor import Actor
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.tables import AuditRow
from host.data.repository import Repository
from host.security import Keyring
from tests.integration.data.repository.models import Article, Base, Line, Order, Part, Place
from tests.schema import migrated

Told = Callable[[], list[tuple[str, str, Any, Any]]]


def anna() -> Actor:
    """Who acts in these tests."""
    return Actor("anna", "Anna")


@pytest.fixture
def tables(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Database]:
    recorder = AuditRecorder(Keyring(tmp_path / "keys.json", make=True), anna)
    database = Database(database_config, tmp_path, actor=anna, extensions=[recorder, WriteGuard()])
    migrated(database, host_target())
    Base.metadata.create_all(database.single)
    yield database
    database.dispose()


@pytest.fixture
def told(tables: Database) -> Told:
    """The audit of these tables so far: action, key, old and new values."""

    def read() -> list[tuple[str, str, Any, Any]]:
        with tables.begin(readonly=True) as unit:
            mine = select(AuditRow).where(AuditRow.table_name.startswith("test_", autoescape=True))
            rows = unit.session.scalars(mine.order_by(AuditRow.id)).all()
        sides = [(row, json.loads(row.changes)) for row in rows]
        return [(row.action, row.record_key, side.get("old"), side.get("new")) for row, side in sides]

    return read


@pytest.fixture
def articles(tables: Database) -> Repository[Article]:
    return Repository(tables, Article)


@pytest.fixture
def places(tables: Database) -> Repository[Place]:
    return Repository(tables, Place)


@pytest.fixture
def orders(tables: Database) -> Repository[Order]:
    return Repository(tables, Order)


@pytest.fixture
def lines(tables: Database) -> Repository[Line]:
    return Repository(tables, Line)


@pytest.fixture
def parts(tables: Database) -> Repository[Part]:
    return Repository(tables, Part)
