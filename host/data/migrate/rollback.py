"""Rolls one target back, revision by revision; refuses where data would go or a running process would break."""

import itertools
from collections.abc import Sequence
from typing import Any, Final, final

from sqlalchemy import Connection

from host.data.database import Database
from host.data.migrate import lock
from host.data.migrate.alone import run_alone
from host.data.migrate.filling import forget_fill
from host.data.migrate.loss import losses
from host.data.migrate.patience import patiently
from host.data.migrate.policy import Policy
from host.data.migrate.revisions import Revision, revisions_of
from host.data.migrate.running import Runner, Work
from host.data.migrate.targets import Target, current_revision, reading, schema_error, script_directory
from host.data.migrate.waiting import newer, witnesses
from host.errors import SchemaError
from host.logs import get_logger

BASE: Final = "base"
_log: Final = get_logger(__name__)


@final
class Rollback:
    """The way back of one target.

    Args:
        to: revision that shall be the newest, ``base`` for none; ``None`` goes one back.
        accept_loss: go on where rows or values would be lost.
        ignore_running: go on where a running process needs what goes.
    """

    def __init__(
        self,
        database: Database,
        target: Target,
        policy: Policy,
        *,
        to: str | None,
        accept_loss: bool = False,
        ignore_running: bool = False,
    ) -> None:
        self._database = database
        self._target = target
        self._policy = policy
        self._to = to
        self._accept_loss = accept_loss
        self._ignore_running = ignore_running
        self._work = Work(database, target, script_directory(target), policy.actor)
        self._left: list[Revision] | None = None

    def run(self) -> list[str]:
        """Roll back and return the revisions that are gone, newest first.

        Raises:
            SchemaError: it would lose data or break a process, or a downgrade failed; what came before it is gone.
        """
        gone: list[str] = []
        while (group := patiently(self._database, self._target, self._turn)) is not None:
            gone += [revision.id for revision in group]
        return gone

    def _turn(self) -> Sequence[Revision] | None:
        """Undo one group under the lock and return it; ``None`` when nothing is left."""
        with lock.locked(self._database) as connection:
            if self._left is None:
                planned = self._planned(connection)
                self._require_harmless(connection, planned)
                if planned and self._policy.snapshots is not None:
                    self._policy.snapshots.before(self._database, connection)
                self._left = planned
                if planned and self._is_alone(planned[0]):
                    # What was looked at is locked until the end of this transaction, and would be waited for.
                    return ()
            if not self._left:
                return None
            group = list(itertools.takewhile(lambda each: not self._is_alone(each), self._left)) or self._left[:1]
            self._undo(connection, group)
        del self._left[: len(group)]
        _log.info("schema rolled back", target=self._target.id, revisions=[each.id for each in group])
        return group

    def _undo(self, connection: Connection, group: Sequence[Revision]) -> None:
        if self._is_alone(group[0]):
            run_alone(self._database, self._work, group[0], "downgrade")
        else:
            Runner(connection, self._work).downgrade(group, group[-1].down or BASE)
        for revision in group:
            forget_fill(connection, self._target, revision)

    def _is_alone(self, revision: Revision) -> bool:
        return not revision.transactional and self._database.dialect == "postgresql"

    def _planned(self, connection: Connection) -> list[Revision]:
        """Return the revisions to undo, newest first."""
        current = current_revision(connection, self._target)
        if current is None:
            return []
        newest_first = [each.revision for each in reading(self._target, lambda: self._between(current, BASE))]
        to = self._to if self._to is not None else (newest_first[1] if len(newest_first) > 1 else BASE)
        if to not in (BASE, *newest_first):
            problem = f"the database never had revision {to}; it has {', '.join(reversed(newest_first))}"
            raise schema_error(self._target, None, problem, "Name one of them, or base.")
        undone = newest_first if to == BASE else newest_first[: newest_first.index(to)]
        return revisions_of(self._work.script, self._target, undone)

    def _between(self, upper: str, lower: str) -> list[Any]:
        return list(self._work.script.iterate_revisions(upper, lower))

    def _require_harmless(self, connection: Connection, planned: Sequence[Revision]) -> None:
        if not self._ignore_running:
            self._require_unused(connection, planned)
        lost = [] if self._accept_loss else losses(connection, planned)
        if lost:
            message = f"Schema of {self._target.id}: rolling back would lose {'; '.join(lost)}."
            raise SchemaError(message, remedy="Keep them elsewhere, or give --accept-data-loss.")

    def _require_unused(self, connection: Connection, planned: Sequence[Revision]) -> None:
        known = [each.revision for each in self._work.script.walk_revisions()][::-1]
        running = witnesses(connection, self._target.id)
        for revision in planned:
            if using := newer(running, revision.id, known):
                message = f"Schema of {self._target.id}: {', '.join(map(str, using))} needs revision {revision.id}."
                raise SchemaError(message, remedy="Stop them first, or give --ignore-running.")
