"""Counts what retention policies would touch, and does it in batches as a resumable task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from sqlalchemy import MetaData, and_, delete, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host.data.audit import AUDITED, record
from host.data.audit.exemptions import reason
from host.data.batches.membership import in_any
from host.data.clock import now
from host.data.database import Database
from host.data.retention.evidence import change_of, read_before
from host.data.retention.holds import held_rows, let_none_begin
from host.data.retention.policies import Policy
from host.data.retention.selection import Selection, counted
from host.data.tasks import Step, Task
from host.data.unit_of_work import UnitOfWork
from host.errors import HostError

NAME: Final = "clean.retention"
BATCH: Final = 500
"""Rows that one step deletes or anonymises."""


class StillReferredToError(HostError):
    """Rows could not be deleted because rows of a table that no loaded plugin owns refer to them."""


@final
@dataclass(frozen=True, slots=True)
class Due:
    """What one policy finds.

    Args:
        expired: rows that are old enough.
        held: those of them under legal hold.
        due: those that go.
    """

    policy: Policy
    expired: int
    held: int
    due: int

    @property
    def needed(self) -> int:
        """Rows that stay because a row that stays refers to them."""
        return self.expired - self.held - self.due


@final
class Cleaner:
    """Runs retention policies on one database.

    Args:
        policies: in the order of `in_order`.
        known: metadata of every loaded model.
        batch: rows a step.
    """

    def __init__(
        self, database: Database, policies: Sequence[Policy], known: Sequence[MetaData], *, batch: int = BATCH
    ) -> None:
        self._database = database
        self._policies = policies
        self._tables = [table for metadata in known for table in metadata.tables.values()]
        self._batch = batch

    def due(self, moment: datetime | None = None) -> tuple[datetime, list[Due]]:
        """Count in one snapshot what a run at `moment` would do; changes nothing.

        Args:
            moment: from which periods count back; now without one.
        """
        with self._database.begin(readonly=True) as unit:
            at = moment or now(unit.session)
            return at, [self._count(unit.session, each, at) for each in self._there(unit.session)]

    def task(self, moment: datetime | None = None) -> Task:
        """Return the resumable task; a run that was stopped goes on with the moment that it began with."""

        def step(unit: UnitOfWork, cursor: Any) -> Step:
            return self._step(unit, cursor or self._begin(unit.session, moment))

        return Task(NAME, step, total=lambda unit: self._total(unit.session, moment), command="app clean")

    def _begin(self, session: Session, moment: datetime | None) -> dict[str, Any]:
        names = [policy.name for policy in self._there(session)]
        return {"moment": (moment or now(session)).isoformat(), "left": names, "done": dict.fromkeys(names, 0)}

    def _total(self, session: Session, moment: datetime | None) -> int:
        at = moment or now(session)
        return sum(self._count(session, each, at).due for each in self._there(session))

    def _there(self, session: Session) -> list[Policy]:
        names = set(inspect(session.connection()).get_table_names())
        return [policy for policy in self._policies if policy.table.name in names]

    def _selection(self, session: Session, moment: datetime) -> Selection:
        there = set(inspect(session.connection()).get_table_names())
        tables = [table for table in self._tables if table.name in there]
        return Selection(self._there(session), tables, moment, held_rows(session))

    def _count(self, session: Session, policy: Policy, moment: datetime) -> Due:
        selection = self._selection(session, moment)
        expired = selection.expired(policy)
        conditions = (expired, and_(expired, selection.held(policy)), selection.due(policy))
        return Due(policy, *(session.scalar(counted(policy, each)) or 0 for each in conditions))

    def _step(self, unit: UnitOfWork, cursor: dict[str, Any]) -> Step:
        left, done = list(cursor["left"]), dict(cursor["done"])
        policies = {policy.name: policy for policy in self._policies}
        policy = policies.get(left[0]) if left else None
        count = self._batch_of(unit.session, policy, datetime.fromisoformat(cursor["moment"])) if policy else 0
        if policy and count:
            done[policy.name] += count
        else:
            left = left[1:]
        return Step({**cursor, "left": left, "done": done}, done=count, finished=not left)

    def _batch_of(self, session: Session, policy: Policy, moment: datetime) -> int:
        let_none_begin(session)
        own = list(policy.table.primary_key.columns)
        due = self._selection(session, moment).due(policy)
        query = select(*own).where(due).order_by(*own).limit(self._batch).with_for_update()
        keys = [tuple(row) for row in session.execute(query)]
        if keys:
            self._apply(session, policy, keys)
        return len(keys)

    def _apply(self, session: Session, policy: Policy, keys: Sequence[tuple[Any, ...]]) -> None:
        before = read_before(session.connection(), policy, keys)
        own = list(policy.table.primary_key.columns)
        deleting = policy.declared.action == "delete"
        statement: Any = delete(policy.table) if deleting else update(policy.table).values(dict(policy.declared.values))
        try:
            session.execute(statement.where(in_any(own, keys)), execution_options=AUDITED)
        except IntegrityError as error:
            what = f"Rows of {policy.table.name} are still referred to by a table that no loaded plugin owns."
            remedy = "Switch the plugin on that owns it, or remove its data with: app plugins purge"
            raise StillReferredToError(what, remedy=remedy) from error
        if reason(policy.table) is None:
            record(session, [change_of(policy, key, before[key]) for key in keys])
