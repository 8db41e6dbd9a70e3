"""The table that the campaigns write, and a database with everything that a running app gives it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.config import DatabaseConfig
from host.data import Database
from host.data.actor import Actor
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.anchor import FILE_NAME, Anchor
from host.data.audit.sealer import Sealer
from host.data.extension import Extension
from host.data.repository import Versioned
from host.security import Keyring


class Base(DeclarativeBase):
    """Tables of the campaigns."""


class Account(Versioned, Base):
    """Something that many write: `amount` is counted up, `owner` says who made it."""

    __tablename__ = "campaign_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(40), index=True)
    amount: Mapped[int] = mapped_column(default=0)


def keyring(folder: Path) -> Keyring:
    """The keys that all processes of a campaign share."""
    return Keyring(folder / "keys.json", make=True)


def audited(config: DatabaseConfig, folder: Path, name: str = "campaign") -> Database:
    """Open the database as a running app does: every write recorded, unrecorded ones refused."""
    extensions: Sequence[Extension] = (
        AuditRecorder(keyring(folder), lambda: Actor(name, name, correlation_id=name)),
        WriteGuard(),
    )
    return Database(config, folder, extensions=extensions)


def sealer(database: Database, folder: Path) -> Sealer:
    """The sealer that every process of an app runs; they elect one."""
    keys = keyring(folder)
    return Sealer(database, keys, Anchor(folder / FILE_NAME, keys))


def from_argument(argument: str) -> tuple[DatabaseConfig, Path, dict[str, Any]]:
    """Read what a campaign's process is told on its command line."""
    config, folder, more = json.loads(argument)
    return DatabaseConfig(**config), Path(folder), more
