"""Gives a test's database its tables: migrated once a process, copied from then on, which takes a tenth of the time."""

import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from shutil import which
from typing import Any, Final

from sqlalchemy import inspect

from host.config import DatabaseConfig
from host.data import Database, Migrator, Target

_kept: Final[dict[tuple[str, tuple[str, ...]], Any]] = {}


def migrated(database: Database, *targets: Target) -> None:
    """Bring a database to the head of `targets`; an empty one gets a copy, which the audit has no record of."""
    key = (database.dialect, tuple(target.id for target in targets))
    if inspect(database.single).get_table_names():
        Migrator(database, list(targets)).upgrade()
    elif database.dialect == "sqlite":
        if key not in _kept:
            _kept[key] = _sqlite(targets)
        _copy_sqlite(_kept[key], database)
    elif which("pg_dump") is None:
        Migrator(database, list(targets)).upgrade()
    elif key in _kept:
        _run_script(database, _kept[key])
    else:
        _migrate_plainly(DatabaseConfig(url=_address(database)), targets)
        _kept[key] = _script(database)


def _sqlite(targets: tuple[Target, ...]) -> Any:
    """Return a database in memory with the tables."""
    with tempfile.TemporaryDirectory() as folder:
        config = DatabaseConfig(url="sqlite:///template.db")
        _migrate_plainly(config, targets, Path(folder))
        plain = Database(config, Path(folder))
        try:
            with plain.single.connect() as connection:
                driver: Any = connection.connection.driver_connection
                memory = type(driver)(":memory:", check_same_thread=False)
                driver.backup(memory)
        finally:
            plain.dispose()
    return memory


def _copy_sqlite(memory: sqlite3.Connection, database: Database) -> None:
    with database.single.connect() as connection:
        driver: Any = connection.connection.driver_connection
        memory.backup(driver)


def _migrate_plainly(config: DatabaseConfig, targets: tuple[Target, ...], folder: Path | None = None) -> None:
    plain = Database(config, folder or Path(tempfile.gettempdir()))
    try:
        Migrator(plain, list(targets)).upgrade()
    finally:
        plain.dispose()


def _script(database: Database) -> str:
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "--dbname", _address(database)]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # The schema itself is there already, and a line for psql is none for the server.
    return "\n".join(line for line in dumped.splitlines() if not re.match(r"\\|CREATE SCHEMA|COMMENT ON SCHEMA", line))


def _address(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run_script(database: Database, script: str) -> None:
    with database.single.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(script)
        driver.commit()
        connection.invalidate()  # the script has changed the connection's own settings
