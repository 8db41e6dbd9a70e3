"""Databases with an audit, on which tests write as somebody."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.actor import Actor
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.tables import AuditRow
from host.data.unit_of_work import UnitOfWork
from host.security import Keyring
from tests.integration.data.audit.models import Base


@dataclass
class Audited:
    """A database with recorder, guard and keys; `actor` says who acts."""

    database: Database
    keyring: Keyring
    actor: Actor = field(default_factory=lambda: Actor("anna", "Anna", "warehouse", "/articles", "c-1"))

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Open a unit of work."""
        with self.database.begin() as unit:
            yield unit

    def rows(self) -> list[AuditRow]:
        """Return every audit row, in the order of ids."""
        with self.database.begin(readonly=True) as unit:
            return list(unit.session.scalars(select(AuditRow).order_by(AuditRow.id)))

    def told(self) -> list[tuple[str, str, str, Any]]:
        """Return table, key, action and changes of every row."""
        return [(row.table_name, row.record_key, row.action, json.loads(row.changes)) for row in self.rows()]


def audited_database(config: DatabaseConfig, folder: Path) -> Audited:
    """Return an audited database with the host's tables and those of the models."""
    keyring = Keyring(folder / "keys.json", make=True)
    holder: list[Audited] = []
    recorder = AuditRecorder(keyring, lambda: holder[0].actor)
    database = Database(config, folder, extensions=[recorder, WriteGuard()])
    Migrator(database, [host_target()]).upgrade()
    Base.metadata.create_all(database.single)
    _forget_migrations(database)
    holder.append(Audited(database, keyring))
    return holder[0]


def _forget_migrations(database: Database) -> None:
    """Let the tests' own records begin at 1."""
    again = {
        "sqlite": "DELETE FROM sqlite_sequence WHERE name = 'host_audit'",
        "postgresql": "ALTER SEQUENCE host_audit_id RESTART",
    }
    with database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit"))
        connection.execute(text(again[database.dialect]))


@pytest.fixture
def audited(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Audited]:
    """Each database in turn, audited."""
    made = audited_database(database_config, tmp_path)
    yield made
    made.database.dispose()
