"""Databases for one measurement: a SQLite file in a temporary folder, or a PostgreSQL database made for it."""

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text

from host.config import DatabaseConfig

Dialect = Literal["sqlite", "postgresql"]
DIALECTS: Final[Sequence[Dialect]] = ("sqlite", "postgresql")
SERVER: Final = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/postgres")
"""A server on which databases may be made; the database named here is only connected to."""


@contextmanager
def place(dialect: Dialect) -> Iterator[tuple[DatabaseConfig, Path]]:
    """Yield the address of an empty database, and a folder for what lies beside it."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        if dialect == "sqlite":
            yield DatabaseConfig(url="sqlite:///bench.db"), Path(folder)
            return
        with _scratch() as url:
            yield DatabaseConfig(url=url), Path(folder)


@contextmanager
def _scratch() -> Iterator[str]:
    server = make_url(SERVER)
    name = f"holdfast_bench_{os.getpid()}_{secrets.token_hex(3)}"
    with _admin(server) as admin:
        admin.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _admin(server: URL) -> Connection:
    return create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
