"""Audited databases with the repository tests' tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from host.config import DatabaseConfig
from host.data import Database, host_target
from host.data.actor import Actor
from host.data.audit import AuditRecorder, WriteGuard
from host.security import Keyring
from tests.integration.data.repository.models import Base
from tests.property.data.ledger import ACTOR
from tests.schema import migrated


@dataclass(frozen=True)
class World:
    """A database and the keys of its audit."""

    database: Database
    keyring: Keyring


@pytest.fixture
def world(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[World]:
    keyring = Keyring(tmp_path / "keys.json", make=True)

    def actor() -> Actor:
        return Actor(ACTOR, "Anna")

    audit = [AuditRecorder(keyring, actor), WriteGuard()]
    database = Database(database_config, tmp_path, actor=actor, extensions=audit)
    migrated(database, host_target())
    Base.metadata.create_all(database.single)
    yield World(database, keyring)
    database.dispose()
