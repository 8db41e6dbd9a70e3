"""Copies a SQLite file by its own backup, which is consistent under writes, and reads the copy again."""

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from host.data.database import Database
from host.data.migrate.snapshot_verdict import SnapshotError, Verdict


def copy(database: Database, path: Path) -> Verdict:
    """Copy `database` to `path` and verify the copy: its integrity, and the same rows in every table.

    Raises:
        SnapshotError: there is no room, or the copy is not what it should be.
    """
    _require_room(Path(str(database.url.database)), path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    driver: Any = database.single.dialect.loaded_dbapi
    with closing(database.single.raw_connection()) as held:
        source: Any = held.driver_connection
        with closing(driver.connect(str(path))) as target:
            # In one go: in small portions it begins anew after every write and may never end.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE")
        with closing(driver.connect(str(path))) as target:
            faults = [row[0] for row in target.execute("PRAGMA integrity_check") if row[0] != "ok"]
            rows, wanted = _counts(target), _counts(source)
    if faults:
        msg = f"the copy is damaged: {faults[0]}"
        raise SnapshotError(msg)
    if rows != wanted:
        differing = sorted(name for name in rows.keys() | wanted.keys() if rows.get(name) != wanted.get(name))
        msg = f"the copy has other rows than the database in {', '.join(differing)}"
        raise SnapshotError(msg)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return Verdict("integrity_check and row counts", rows)


def _counts(connection: Any) -> dict[str, int]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    names = [row[0] for row in connection.execute(query)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _require_room(file: Path, folder: Path) -> None:
    needed, free = file.stat().st_size, shutil.disk_usage(folder).free
    if free < needed:
        msg = f"{folder} has {free} bytes free, and {needed} are needed"
        raise SnapshotError(msg)
