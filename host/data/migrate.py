"""Upgrades and downgrades each target on its own: one transaction, one lock, one version table a target."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import DBAPIError

from host.data.database import Database
from host.data.migration_lock import locked
from host.data.targets import Target, TargetStatus, current_revision, examine, reading, schema_error, script_directory
from host.errors import SchemaError
from host.logs import get_logger

_log: Final = get_logger(__name__)

_Steps = Callable[[Any, Any], Any]


@final
class Migrator:
    """Brings the schema to what the code needs.

    Args:
        database: where.
        targets: in the order in which `upgrade` takes them: the host first, then plugins in plan order.
    """

    def __init__(self, database: Database, targets: Sequence[Target]) -> None:
        self._database = database
        self._targets = {target.id: target for target in targets}

    def status(self) -> list[TargetStatus]:
        """Return where each target stands; a broken one carries its fault and hides no other."""
        with self._database.begin(readonly=True) as unit:
            connection = unit.session.connection()
            return [examine(connection, target) for target in self._targets.values()]

    def is_at_head(self, id: str) -> bool:  # noqa: A002 -- the word every caller uses
        """Tell whether one target needs no upgrade."""
        with self._database.begin(readonly=True) as unit:
            return examine(unit.session.connection(), self._targets[id]).at_head

    def require_head(self, id: str) -> None:  # noqa: A002
        """Raise `SchemaError`, naming what is wrong, unless one target is at head."""
        target = self._targets[id]
        with self._database.begin(readonly=True) as unit:
            status = examine(unit.session.connection(), target)
        if status.fault:
            raise status.fault
        if not status.at_head:
            problem = f"the database lacks {', '.join(status.pending)}"
            raise schema_error(target, status.current, problem, "Run: app db migrate")

    def upgrade(self, id: str | None = None) -> None:  # noqa: A002
        """Upgrade one target, or all of them.

        Of several processes one runs the revisions; the others wait for it and find nothing left to do.

        Raises:
            SchemaError: a revision failed; its target is as before. With all targets, the rest is still upgraded
                and the error names every one that failed.
        """
        if id is not None:
            self._upgrade(self._targets[id])
            return
        faults = []
        for target in self._targets.values():
            try:
                self._upgrade(target)
            except SchemaError as error:
                faults.append(error)
        if len(faults) == 1:
            raise faults[0]
        if faults:
            raise SchemaError(" ".join(f.message for f in faults), remedy=" ".join(f.remedy for f in faults))

    def downgrade_all(self, id: str) -> None:  # noqa: A002
        """Run every downgrade of one target and drop its version table: nothing of it is left.

        Raises:
            SchemaError: a downgrade failed, or left tables behind; the target is as before.
        """
        target = self._targets[id]
        script = script_directory(target)
        with locked(self._database) as connection:
            current = current_revision(connection, target)
            newest_first = reading(target, lambda: list(script.iterate_revisions(current, "base"))) if current else []
            pending = [revision.revision for revision in newest_first]
            with _naming(target, pending):
                if current:
                    _run(connection, target, script, lambda heads, _: script._downgrade_revs("base", heads), pending)
                connection.execute(text(f'DROP TABLE IF EXISTS "{target.version_table}"'))
                left = [table for table in _tables(connection) if table.startswith(target.prefix)]
            if left:
                problem = f"its downgrades leave the tables {', '.join(left)}"
                raise schema_error(target, None, problem, "Drop them in the first revision's downgrade().")

    def _upgrade(self, target: Target) -> None:
        if self.is_at_head(target.id):
            return
        script = script_directory(target)
        with locked(self._database) as connection:
            status = examine(connection, target)
            if status.fault:
                raise status.fault
            if not status.pending:
                return
            before = set(_tables(connection))
            pending = list(status.pending)
            with _naming(target, pending):
                _run(connection, target, script, lambda heads, _: script._upgrade_revs("head", heads), pending)
                _check_foreign_keys(connection, target)
            _check_ownership(target, before ^ set(_tables(connection)))
        _log.info("schema upgraded", target=target.id, revisions=list(status.pending))


def _run(connection: Connection, target: Target, script: ScriptDirectory, steps: _Steps, pending: list[str]) -> None:
    """Run alembic's steps through the shared ``env.py``, striking each finished revision off `pending`."""

    def finished(**_: Any) -> None:
        del pending[:1]

    attributes = {"connection": connection, "target": target, "finished": finished}
    with EnvironmentContext(Config(attributes=attributes), script, fn=steps):
        script.run_env()


@contextmanager
def _naming(target: Target, pending: list[str]) -> Iterator[None]:
    """Turn whatever a revision raises into a `SchemaError` naming it: the first one not struck off `pending`."""
    try:
        yield
    except SchemaError:
        raise
    except (Exception, SystemExit) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
        problem = f"{type(error).__name__}: {reason}"
        remedy = f"Nothing of it was kept. Correct the revision in {target.folder} and migrate again."
        raise schema_error(target, pending[0] if pending else None, problem, remedy) from error


def _tables(connection: Connection) -> list[str]:
    inspector: Inspector = inspect(connection)
    return inspector.get_table_names()


def _check_ownership(target: Target, touched: set[str]) -> None:
    foreign = sorted(table for table in touched if not target.owns(table))
    if foreign:
        problem = f"it creates or drops {', '.join(foreign)}, which do not begin with {target.prefix!r}"
        raise schema_error(target, None, problem, "Name tables with the manifest's prefix.")


def _check_foreign_keys(connection: Connection, target: Target) -> None:
    """SQLite only: foreign keys were off while tables were rebuilt."""
    if connection.dialect.name != "sqlite":
        return
    for table in _tables(connection):
        broken = target.owns(table) and connection.exec_driver_sql(f'PRAGMA foreign_key_check("{table}")').first()
        if broken:
            problem = f"rows of {table} refer to missing rows of {broken[2]}"
            raise schema_error(target, None, problem, "Repair or delete them in the revision.")
