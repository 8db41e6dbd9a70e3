"""A small business table, and other processes that work on the same database."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.config import DatabaseConfig
from host.data import Database

_PREAMBLE = """
import json, os, sys
from pathlib import Path
from sqlalchemy import text
from host.config import DatabaseConfig
from host.data import *

def say(*words):
    print(*words, flush=True)

def hear():
    return sys.stdin.readline().strip()

config, folder = json.loads(sys.argv[1])
database = Database(DatabaseConfig(**config), Path(folder))
"""


class Base(DeclarativeBase):
    """Tables of these tests."""


class Note(Base):
    """A row to write."""

    __tablename__ = "test_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Notes:
    """The table and what stands in it."""

    row = Note

    def __init__(self, database: Database) -> None:
        self.database = database

    def texts(self) -> list[str]:
        """The committed rows, as another unit of work sees them."""
        with self.database.begin(readonly=True) as unit:
            return list(unit.session.scalars(select(Note.text).order_by(Note.id)))


@pytest.fixture
def notes_of() -> Callable[[Database], Notes]:
    """Makes the table in a database."""

    def make(database: Database) -> Notes:
        with database.begin() as unit:
            Base.metadata.create_all(unit.session.connection())
        return Notes(database)

    return make


@pytest.fixture
def notes(database: Database, notes_of: Callable[[Database], Notes]) -> Notes:
    """The table in the database of the test."""
    return notes_of(database)


@dataclass
class Child:
    """Another process."""

    process: subprocess.Popen[str]

    def line(self) -> str:
        """The next line it says; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, word: str) -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def finish(self) -> str:
        """Wait for its good end and return the rest of what it says."""
        out, error = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, error
        return out.strip()


Spawn = Callable[[str], Child]


@pytest.fixture
def spawn(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Spawn]:
    """Start processes that run the given code with `database`, `say(…)` and `hear()` at hand."""
    children: list[Child] = []

    def start(code: str) -> Child:
        argument = json.dumps([database_config.model_dump(), str(tmp_path)])
        command = [sys.executable, "-c", _PREAMBLE + dedent(code), argument]
        pipe = subprocess.PIPE
        children.append(Child(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)))
        return children[-1]

    yield start
    for child in children:
        child.process.kill()
        child.process.communicate()


def terminate_others(database: Database) -> int:
    """Cut every other connection to this PostgreSQL database and return how many there were."""
    others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    mine = "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with database.single.begin() as connection:
        return int(connection.scalar(text(f"{others} {mine}")) or 0)


@pytest.fixture
def cut_connections() -> Callable[[Database], int]:
    """The server ends every connection to this database."""
    return terminate_others
