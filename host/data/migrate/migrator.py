"""Upgrades and rolls back each target on its own: one lock, one version table a target."""

from collections.abc import Callable, Sequence
from typing import final

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from host.data.database import Database
from host.data.migrate.history import forget_target
from host.data.migrate.lock import locked
from host.data.migrate.policy import Policy
from host.data.migrate.revisions import Revision, revisions_of
from host.data.migrate.rollback import BASE, Rollback
from host.data.migrate.running import Runner, Work, tables
from host.data.migrate.status import TargetStatus, examine
from host.data.migrate.targets import Target, current_revision, reading, schema_error, script_directory
from host.data.migrate.upgrade import Upgrade
from host.errors import SchemaError


@final
class Migrator:
    """Brings the schema to what the code needs.

    Args:
        database: where.
        targets: in the order in which `upgrade` takes them: the host first, then plugins in plan order.
        policy: how careful.
    """

    def __init__(self, database: Database, targets: Sequence[Target], policy: Policy | None = None) -> None:
        self._database = database
        self._targets = {target.id: target for target in targets}
        self._policy = policy or Policy()

    @property
    def targets(self) -> list[Target]:
        """What can be migrated, in order."""
        return list(self._targets.values())

    def target(self, id: str) -> Target:  # noqa: A002 -- the word every caller uses
        """Return one target.

        Raises:
            SchemaError: there is none of this name; those that there are are named.
        """
        if id not in self._targets:
            there = f"There are: {', '.join(self._targets)}."
            raise SchemaError(f"There are no tables of {id!r} to migrate.", remedy=there)
        return self._targets[id]

    def status(self) -> list[TargetStatus]:
        """Return where each target stands; a broken one carries its fault and hides no other."""
        with self._database.begin(readonly=True) as unit:
            connection = unit.session.connection()
            return [examine(connection, target) for target in self._targets.values()]

    def is_at_head(self, id: str) -> bool:  # noqa: A002
        """Tell whether one target needs no upgrade."""
        return self._examined(id).at_head

    def require_usable(self, id: str) -> None:  # noqa: A002
        """Raise `SchemaError`, naming what is wrong, unless the code can run on this target's tables as they are.

        Backfill and contract steps may be pending: they wait for the older version to end.
        """
        self._require(id, lambda status: status.required)

    def require_head(self, id: str) -> None:  # noqa: A002
        """Raise `SchemaError` unless the database has every revision of one target."""
        self._require(id, lambda status: status.pending)

    def upgrade(self, id: str | None = None) -> None:  # noqa: A002
        """Upgrade one target, or all of them; contract steps that must wait stay pending.

        Of several processes one runs the revisions; the others wait for it and find nothing left to do.

        Raises:
            SchemaError: a revision failed or must not run. With all targets, the rest is still upgraded and the error
                names every one that failed.
        """
        if id is not None:
            self._upgrade(self.target(id))
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

    def rollback(
        self,
        id: str,  # noqa: A002
        to: str | None = None,
        *,
        accept_loss: bool = False,
        ignore_running: bool = False,
    ) -> list[str]:
        """Undo the newest revision of one target, or all after `to`; return those that are gone, newest first.

        Raises:
            SchemaError: it would lose data or break a running process and nobody accepted that, or a downgrade failed.
        """
        way = {"accept_loss": accept_loss, "ignore_running": ignore_running}
        return Rollback(self._database, self.target(id), self._policy, to=to, **way).run()

    def downgrade_all(self, id: str) -> None:  # noqa: A002
        """Run every downgrade of one target and drop its version table: nothing of it is left.

        Raises:
            SchemaError: a downgrade failed, or left tables behind; the target is as before, or at the newest revision
                that PostgreSQL undoes outside a transaction.
        """
        target = self._targets[id]
        self._undo_up_to_alone(target)
        script = script_directory(target)
        with locked(self._database) as connection:
            revisions = self._applied(connection, target, script)
            if revisions:
                work = Work(self._database, target, script, self._policy.actor)
                Runner(connection, work).downgrade(revisions, BASE)
            self._forget(connection, target)
            left = [table for table in tables(connection) if table.startswith(target.prefix)]
            if left:
                problem = f"its downgrades leave the tables {', '.join(left)}"
                raise schema_error(target, None, problem, "Drop them in the first revision's downgrade().")

    def _undo_up_to_alone(self, target: Target) -> None:
        """Undo what cannot be part of the one transaction that takes the rest."""
        with self._database.single.connect() as connection:
            revisions = self._applied(connection, target, script_directory(target))
        alone = [each for each in revisions if not each.transactional and self._database.dialect == "postgresql"]
        if alone:
            self.rollback(target.id, alone[-1].down or BASE, accept_loss=True, ignore_running=True)

    def _applied(self, connection: Connection, target: Target, script: ScriptDirectory) -> list[Revision]:
        """Return what the database has, newest first."""
        current = current_revision(connection, target)
        found = reading(target, lambda: list(script.iterate_revisions(current, BASE))) if current else []
        return revisions_of(script, target, [each.revision for each in found])

    def _forget(self, connection: Connection, target: Target) -> None:
        connection.execute(text(f'DROP TABLE IF EXISTS "{target.version_table}"'))
        forget_target(connection, target.id)

    def _require(self, id: str, lacking: Callable[[TargetStatus], Sequence[str]]) -> None:  # noqa: A002
        status = self._examined(id)
        if status.fault:
            raise status.fault
        if lacks := lacking(status):
            problem = f"the database lacks {', '.join(lacks)}"
            raise schema_error(self._targets[id], status.current, problem, "Run: app db migrate")

    def _examined(self, id: str) -> TargetStatus:  # noqa: A002
        with self._database.begin(readonly=True) as unit:
            return examine(unit.session.connection(), self._targets[id])

    def _upgrade(self, target: Target) -> None:
        if not self.is_at_head(target.id):
            Upgrade(self._database, target, self._policy).run()
