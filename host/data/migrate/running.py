"""Runs revisions through alembic and checks what they leave; whatever they raise is told with the revision's name."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import DBAPIError

from host.data.actor import Actor
from host.data.audit import Action
from host.data.database import Database
from host.data.migrate.history import audit_step, has_audit, note_downgrade, note_upgrade
from host.data.migrate.revisions import Revision
from host.data.migrate.targets import Target, schema_error
from host.errors import SchemaError

Steps = Callable[[Any, Any], Any]
NOTHING_KEPT: Final = "Nothing of it was kept. Correct the revision in {folder} and migrate again."


@final
@dataclass(frozen=True, slots=True)
class Work:
    """Whose revisions are run, where and by whom."""

    database: Database
    target: Target
    script: ScriptDirectory
    actor: Actor


@final
class Runner:
    """Runs steps of one target on one connection.

    Args:
        connection: in a transaction, or committing each statement by itself.
    """

    def __init__(self, connection: Connection, work: Work) -> None:
        self._connection = connection
        # Not while it is only being made: the trail begins with what happens to a database that has one.
        self._audited = has_audit(connection)
        self._session = work.database.writing(bind=connection)
        self._target = work.target
        self._script = work.script
        self._actor = work.actor

    def upgrade(self, revisions: Sequence[Revision]) -> None:
        """Run them, oldest first.

        Raises:
            SchemaError: naming the one that failed.
        """
        last = revisions[-1].id
        before = set(tables(self._connection))
        with naming(self._target, left := list(revisions)):
            self._run(lambda heads, _: self._script._upgrade_revs(last, heads), left, self._upgraded)
            self._check_foreign_keys()
        self._check_ownership(before ^ set(tables(self._connection)))

    def downgrade(self, revisions: Sequence[Revision], to: str) -> None:
        """Run their downgrades, newest first, down to the revision `to` or ``base``.

        Raises:
            SchemaError: naming the one that failed.
        """
        with naming(self._target, left := list(revisions)):
            self._run(lambda heads, _: self._script._downgrade_revs(to, heads), left, self._downgraded)
            self._check_foreign_keys()

    def _upgraded(self, revision: Revision, duration_ms: int) -> None:
        note_upgrade(self._connection, self._target.id, revision, duration_ms, self._actor)
        self._tell_audit(revision, "insert")

    def _downgraded(self, revision: Revision, _duration_ms: int) -> None:
        note_downgrade(self._connection, self._target.id, revision)
        self._tell_audit(revision, "delete")

    def _tell_audit(self, revision: Revision, action: Action) -> None:
        if self._audited and has_audit(self._connection):
            audit_step(self._session, self._target.id, revision, action, self._actor)

    def _run(self, steps: Steps, left: list[Revision], note: Callable[[Revision, int], None]) -> None:
        """Run alembic's steps through the shared ``env.py``, noting each finished one and striking it off `left`."""
        began = time.monotonic()

        def finished(**_: Any) -> None:
            nonlocal began
            note(left[0], round((time.monotonic() - began) * 1000))
            del left[:1]
            began = time.monotonic()

        attributes = {"connection": self._connection, "target": self._target, "finished": finished}
        config = Config(attributes={**attributes, "metadata": self._target.metadata})
        with EnvironmentContext(config, self._script, fn=steps):
            self._script.run_env()

    def _check_ownership(self, touched: set[str]) -> None:
        foreign = sorted(table for table in touched if not self._target.owns(table))
        if foreign:
            problem = f"it creates or drops {', '.join(foreign)}, which do not begin with {self._target.prefix!r}"
            raise schema_error(self._target, None, problem, "Name tables with the manifest's prefix.")

    def _check_foreign_keys(self) -> None:
        """SQLite only: foreign keys were off while tables were rebuilt."""
        if self._connection.dialect.name != "sqlite":
            return
        for table in filter(self._target.owns, tables(self._connection)):
            broken = self._connection.exec_driver_sql(f'PRAGMA foreign_key_check("{table}")').first()
            if broken:
                problem = f"rows of {table} refer to missing rows of {broken[2]}"
                raise schema_error(self._target, None, problem, "Repair or delete them in the revision.")


@contextmanager
def naming(target: Target, left: Sequence[Revision], remedy: str = NOTHING_KEPT) -> Iterator[None]:
    """Turn whatever a revision raises into a `SchemaError` naming it: the first one that is still `left`."""
    try:
        yield
    except SchemaError:
        raise
    except (Exception, SystemExit) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0].rstrip(".")
        problem = f"{type(error).__name__}: {reason}"
        revision = left[0].id if left else None
        raise schema_error(target, revision, problem, remedy.format(folder=target.folder)) from error


def tables(connection: Connection) -> list[str]:
    """Return the names of all tables."""
    inspector: Inspector = inspect(connection)
    return inspector.get_table_names()
