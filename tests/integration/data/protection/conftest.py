"""A table with encrypted columns on each database, opened with keys of its own."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Date, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.config import AppConfig, DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.protection.blind_index import BlindIndex
from host.data.protection.encrypted import Encrypted
from host.data.protection.extension import FieldProtection
from host.security import Keyring


class Base(DeclarativeBase):
    """Tables of these tests."""


class Person(Base):
    """Somebody, with things to protect."""

    __tablename__ = "test_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), info={"pii": "name"})
    email: Mapped[str | None] = mapped_column(Encrypted(String(200), pii="email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"), unique=True)
    phone: Mapped[str | None] = mapped_column(Encrypted(String, pii="phone"))
    phone_index: Mapped[str | None] = mapped_column(BlindIndex("phone", "phone"), index=True)
    born: Mapped[date | None] = mapped_column(Encrypted(Date))
    notes: Mapped[Any] = mapped_column(Encrypted(JSON), nullable=True)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Keys of the test."""
    return Keyring.open(AppConfig(), tmp_path)


@pytest.fixture
def guarded(database_config: DatabaseConfig, tmp_path: Path, keyring: Keyring) -> Iterator[Database]:
    """Each database in turn, with the host's tables, the test's and its keys."""
    database = Database(database_config, tmp_path, extensions=[FieldProtection(keyring)])
    Migrator(database, [host_target()]).upgrade()
    with database.begin() as unit:
        Base.metadata.create_all(unit.session.connection())
    yield database
    database.dispose()
