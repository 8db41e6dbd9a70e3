"""Upgrades one target: group by group, each whole or not at all, waiting where waiting helps."""

import itertools
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, final

from sqlalchemy import Connection

from host.data.database import Database
from host.data.migrate import lock
from host.data.migrate.alone import run_alone
from host.data.migrate.filling import fill
from host.data.migrate.patience import patiently
from host.data.migrate.policy import Policy
from host.data.migrate.refusal import refuse_risks
from host.data.migrate.revisions import Revision, revisions_of
from host.data.migrate.running import Runner, Work
from host.data.migrate.status import examine
from host.data.migrate.targets import Target, current_revision, script_directory
from host.logs import get_logger

_log: Final = get_logger(__name__)
WAIT_STEP_S: Final = 1.0
"""Seconds between two looks at the processes that a contract step waits for."""

_Then = Callable[[], None]


@final
class Upgrade:
    """The upgrade of one target.

    Args:
        database: where.
        target: what.
        policy: how careful.
    """

    def __init__(self, database: Database, target: Target, policy: Policy) -> None:
        self._database = database
        self._target = target
        self._policy = policy
        self._work = Work(database, target, script_directory(target), policy.actor)
        self._filled: set[str] = set()
        self._prepared = False
        self._deadline = time.monotonic() + policy.wait_s

    def run(self) -> None:
        """Run what is pending, as far as it may run now.

        Raises:
            SchemaError: a revision failed, or must not run; what came before it in other transactions is kept.
        """
        while (then := patiently(self._database, self._target, self._turn)) is not None:
            then()

    def _turn(self) -> _Then | None:
        """Run one group under the lock; return what comes next without it, ``None`` when nothing is left to do."""
        with lock.locked(self._database) as connection:
            status = examine(connection, self._target)
            if status.fault:
                raise status.fault
            pending = revisions_of(self._work.script, self._target, status.pending)
            if not pending:
                return None
            if not self._prepared:
                self._prepare(connection, status.current, pending)
            group = self._group(pending)
            first = group[0]
            if first.batch is not None and first.id not in self._filled:
                return partial(self._fill, first)
            if status.waits and first.phase == "contract":
                return self._wait(status.waits)
            if self._is_alone(first):
                return partial(patiently, self._database, self._target, partial(self._run_alone, first))
            Runner(connection, self._work).upgrade(group)
        _log.info("schema upgraded", target=self._target.id, revisions=[each.id for each in group])
        return _go_on

    def _run_alone(self, revision: Revision) -> None:
        """Run a step outside transactions, under a lock whose transaction has seen none of the tables."""
        with lock.locked(self._database) as connection:
            if current_revision(connection, self._target) != revision.down:
                return
            run_alone(self._database, self._work, revision, "upgrade")
        _log.info("schema upgraded", target=self._target.id, revisions=[revision.id])

    def _prepare(self, connection: Connection, current: str | None, pending: Sequence[Revision]) -> None:
        if current is not None:
            refuse_risks(connection, self._target, pending, self._policy)
        if self._policy.snapshots is not None:
            self._policy.snapshots.before(self._database, connection)
        self._prepared = True

    def _group(self, pending: Sequence[Revision]) -> list[Revision]:
        """Return what runs in one transaction: steps up to the next that stands by itself."""
        together = list(itertools.takewhile(lambda each: not self._stands_by_itself(each), pending))
        return together or [pending[0]]

    def _stands_by_itself(self, revision: Revision) -> bool:
        return self._is_alone(revision) or revision.batch is not None or revision.phase == "contract"

    def _is_alone(self, revision: Revision) -> bool:
        return not revision.transactional and self._database.dialect == "postgresql"

    def _fill(self, revision: Revision) -> None:
        fill(self._database, self._target, revision)
        self._filled.add(revision.id)

    def _wait(self, waits: str) -> _Then | None:
        if time.monotonic() < self._deadline:
            return partial(time.sleep, WAIT_STEP_S)
        _log.warning("a contract step waits", target=self._target.id, reason=waits)
        return None


def _go_on() -> None:
    """Nothing is to be done between two groups."""
