"""The same writes through the repository, each one recorded by the audit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.goods import Kept
from host import Repository
from host.config import DatabaseConfig
from host.data import Database
from host.data.actor import Actor
from host.data.audit import AuditRecorder, WriteGuard
from host.security import Keyring

Rows = Sequence[dict[str, Any]]


class Single:
    """One row a call: ``add``, ``update``, ``delete``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = Repository(database, Kept)

    def add(self, rows: Rows) -> None:
        """Add the rows in one transaction."""
        with self._database.begin():
            for row in rows:
                self._kept.add(Kept(**row))

    def update(self, ids: Sequence[int]) -> None:
        """Read each row and change it."""
        with self._database.begin():
            for each in ids:
                row = self._kept.get(each)
                row.stock += 1
                self._kept.update(row)

    def delete(self, ids: Sequence[int]) -> None:
        """Delete each row."""
        with self._database.begin():
            for each in ids:
                self._kept.delete(each)


class Bulk:
    """All rows in one call: ``bulk_add``, ``bulk_update``, ``bulk_delete``."""

    def __init__(self, database: Database) -> None:
        self._kept = Repository(database, Kept)

    def add(self, rows: Rows) -> None:
        """Add the rows."""
        self._kept.bulk_add(rows)

    def update(self, ids: Sequence[int]) -> None:
        """Change one field of each row."""
        self._kept.bulk_update({each: {"stock": each % 77} for each in ids})

    def delete(self, ids: Sequence[int]) -> None:
        """Delete the rows."""
        self._kept.bulk_delete(ids)


def audited(config: DatabaseConfig, folder: Path) -> Database:
    """Open the database with recorder and guard, as a running app does."""
    actor = Actor("bench", "Benchmark", "warehouse", "warehouse/articles", "0123456789abcdef")
    keyring = Keyring(folder / "keys.json", make=True)
    return Database(config, folder, extensions=[AuditRecorder(keyring, lambda: actor), WriteGuard()])
