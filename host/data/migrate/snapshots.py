"""Keeps a verified copy of the database from before it is changed; the newest few are kept."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from host.data.database import Database
from host.data.migrate.snapshot_postgresql import dump
from host.data.migrate.snapshot_sqlite import copy
from host.data.migrate.snapshot_verdict import SnapshotError, Verdict
from host.errors import SchemaError
from host.logs import get_logger

_log: Final = get_logger(__name__)
KEEP: Final = 5
"""Snapshots that are kept."""
FOLDER: Final = "snapshots"
BOOKKEEPING: Final = frozenset({"host_change", "host_migration", "host_process"})
"""Tables that a running app fills anew."""
VERSIONS: Final = "alembic_version_"


@final
class Snapshots:
    """Takes one snapshot for as long as it lives, before the first change.

    Args:
        data_dir: the app's data folder; snapshots lie in its folder ``snapshots``.
        required: refuse to change the database without one; otherwise a failure is a warning.
        vouched: the operator's word for a backup that exists elsewhere; then none is taken.
        keep: how many are kept.
    """

    def __init__(self, data_dir: Path, *, required: bool, vouched: str = "", keep: int = KEEP) -> None:
        self._folder = data_dir / FOLDER
        self._required = required
        self._vouched = vouched
        self._keep = keep
        self._settled = False

    def before(self, database: Database, connection: Connection) -> None:
        """See to it that there is a copy of the database as it is now.

        Args:
            database: to be copied.
            connection: holds the lock of all migrations.

        Raises:
            SchemaError: a copy is required and could not be had.
        """
        if self._settled:
            return
        if self._vouched:
            _log.warning("no snapshot was taken: the operator says that there is a backup", word=self._vouched)
        elif has_rows(connection):
            self._take_or_tell(database, connection)
        self._settled = True

    def _take_or_tell(self, database: Database, connection: Connection) -> None:
        try:
            self._take(database, connection)
        except (SnapshotError, OSError, DBAPIError, database.driver_error) as error:
            # Of what SQLAlchemy says the statement is left out.
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
            if self._required:
                raise SchemaError(f"No snapshot could be taken: {reason}.", remedy=_REMEDY) from error
            _log.warning("no snapshot could be taken", reason=reason)

    def _take(self, database: Database, connection: Connection) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep()
        moment = datetime.now(UTC)
        name = f"{moment:%Y%m%dT%H%M%S.%f}Z-{os.getpid()}"
        take, suffix = (copy, "db") if database.dialect == "sqlite" else (dump, "dump")
        path = self._folder / f"{name}.{suffix}"
        partial = path.with_suffix(f".{suffix}.part")
        try:
            verdict = take(database, partial)
            partial.replace(path)
        finally:
            self._sweep()
        _write_manifest(path, moment, database, _heads(connection), verdict)
        _log.info("snapshot taken", path=str(path), verified=verdict.how, bytes=path.stat().st_size)
        self._prune()

    def _sweep(self) -> None:
        """Remove unfinished copies, also what a killed run left: whoever holds the lock is the only one to make any."""
        for path in self._folder.glob("*.part*"):
            path.unlink(missing_ok=True)

    def _prune(self) -> None:
        copies = sorted(path for path in self._folder.iterdir() if path.suffix in (".db", ".dump"))
        for path in copies[: -self._keep]:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


_REMEDY: Final = 'Remedy it, or, if there is a backup, say so: app db migrate --backup-exists "<where>"'


def has_rows(connection: Connection) -> bool:
    """Tell whether there is anything to lose: a row in any table but the version tables and the bookkeeping."""
    quote = connection.dialect.identifier_preparer.quote
    found = (name for name in inspect(connection).get_table_names() if not name.startswith(VERSIONS))
    return any(
        connection.scalar(text(f"SELECT 1 FROM {quote(name)} LIMIT 1"))  # noqa: S608 -- a table's own name, quoted
        for name in found
        if name not in BOOKKEEPING
    )


def _heads(connection: Connection) -> Mapping[str, Any]:
    quote = connection.dialect.identifier_preparer.quote
    names = [name for name in inspect(connection).get_table_names() if name.startswith(VERSIONS)]
    versions = {name: text(f"SELECT version_num FROM {quote(name)}") for name in names}  # noqa: S608
    return {name.removeprefix(VERSIONS): connection.scalar(query) for name, query in versions.items()}


def _write_manifest(
    path: Path, moment: datetime, database: Database, heads: Mapping[str, Any], verdict: Verdict
) -> None:
    """Write down beside a copy what it is of."""
    manifest = {
        "file": path.name,
        "at": moment.isoformat(),
        "database": database.url.render_as_string(hide_password=True),
        "heads": heads,
        "verified": verdict.how,
        "rows": verdict.rows,
    }
    path.with_suffix(".json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
