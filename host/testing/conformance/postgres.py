"""Takes a plugin's revisions up, down and up on PostgreSQL, where the author names a server for tests."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import NullPool, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from host.config import DatabaseConfig
from host.data import Database, Migrator, Target, host_target
from host.data.migrate.drift import drift
from host.errors import SchemaError

VARIABLE: Final = "TEST_POSTGRES_URL"
"""Names a server on which a role may create databases."""


def postgres_faults(target: Target) -> list[str]:
    """Return what goes wrong on PostgreSQL; nothing where no server is named."""
    url = os.environ.get(VARIABLE)
    if not url:
        return []
    try:
        with scratch_database(url) as database:
            return _faults(database, target)
    except OperationalError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        return [f"{VARIABLE} names a server that does not answer: {reason}"]


@contextmanager
def scratch_database(url: str) -> Iterator[Database]:
    """Yield a new database on the server at `url` that goes in the end."""
    server = make_url(url)
    name = f"holdfast_conformance_{secrets.token_hex(6)}"
    settings: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "poolclass": NullPool}
    with create_engine(server.set(drivername="postgresql+psycopg"), **settings).connect() as admin:
        admin.execute(text(f"CREATE DATABASE {name}"))
        try:
            own = server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
            with tempfile.TemporaryDirectory() as folder:
                database = Database(DatabaseConfig(url=own), Path(folder))
                yield database
                database.dispose()
        finally:
            admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _faults(database: Database, target: Target) -> list[str]:
    migrator = Migrator(database, [host_target(), target])
    try:
        migrator.upgrade()
        first = _shape(database, target)
        migrator.downgrade_all(target.id)
        migrator.upgrade(target.id)
    except SchemaError as error:
        return [f"on PostgreSQL: {error}"]
    with database.single.connect() as connection:
        faults = [f"on PostgreSQL: {line}" for line in drift(connection, target)]
    if _shape(database, target) != first:
        faults.append("on PostgreSQL: the schema differs after downgrade and upgrade")
    return faults


def _shape(database: Database, target: Target) -> str:
    """Return everything that is known of the target's tables, as text to compare."""
    inspector = inspect(database.single)
    names = sorted(name for name in inspector.get_table_names() if name.startswith(target.prefix))
    looks = (inspector.get_columns, inspector.get_indexes, inspector.get_foreign_keys, inspector.get_check_constraints)
    return "\n".join(f"{name}: {sorted(map(str, look(name)))}" for name in names for look in looks)
