"""The right to run a task: taken for a while, renewed by every step, fenced by a rising token."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, final

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host.data.clock import now
from host.data.database import Database
from host.data.tasks.faults import LeaseLostError, TaskCancelledError, TaskHeldError
from host.data.tasks.status import TaskStatus, status_of
from host.data.tasks.tables import TaskRow
from host.data.tasks.task import Task
from host.data.unit_of_work import UnitOfWork

LEASE_S: Final = 60.0
"""Seconds after its last step for which a task stays with its runner. A step may take longer: its transaction holds
the row."""


class StoppedError(Exception):
    """Somebody paused or cancelled the task; ends the run, not the caller."""


@final
@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one task.

    Args:
        token: stands in the row as long as nobody else has taken the task.
    """

    name: str
    token: int

    def enter(self, session: Session) -> TaskRow:
        """Lock the row for this transaction, so that nobody takes the task over before it ends, and return it.

        Raises:
            LeaseLostError: somebody has taken it over.
            StoppedError: it was paused or cancelled.
        """
        row = session.scalars(_locked(self.name)).one_or_none()
        if row is None or row.token != self.token:
            raise LeaseLostError(
                f"The task {self.name} was taken over.", remedy="Leave it to the process that runs it."
            )
        if row.state != "running":
            raise StoppedError
        return row


def take(database: Database, task: Task, *, again: bool) -> Lease:
    """Take the lease; a new task begins, one that failed, was paused or killed goes on.

    Args:
        again: begin a task anew that is done or was cancelled.

    Raises:
        TaskHeldError: another process runs it.
        TaskCancelledError: it was cancelled, and nobody said that it shall begin again.
    """
    _begin(database, task)

    def acquire(unit: UnitOfWork) -> Lease:
        row = unit.session.scalars(_locked(task.name)).one()
        moment = now(unit.session)
        _require_free(row, moment)
        if row.state == "cancelled" and not again:
            raise TaskCancelledError(f"The task {row.name} was cancelled.", remedy="Begin it again with --again.")
        if row.state in ("cancelled", "done") and again:
            _write(unit.session, row.name, **_fresh(task, unit, moment))
        if row.state == "done" and not again:
            return Lease(row.name, row.token)
        _write(
            unit.session,
            row.name,
            state="running",
            token=row.token + 1,
            owner=_owner(),
            lease_until=moment + timedelta(seconds=LEASE_S),
            command=task.command,
        )
        return Lease(row.name, row.token + 1)

    return database.run_tx(acquire)


def store(session: Session, name: str, **values: Any) -> None:
    """Write a task's values together with the lease, from now."""
    moment = now(session)
    _write(session, name, updated=moment, lease_until=moment + timedelta(seconds=LEASE_S), **values)


def release(session: Session, name: str, **values: Any) -> None:
    """Give the lease back."""
    _write(session, name, owner=None, lease_until=None, updated=now(session), **values)


def found(session: Session, name: str, *, locked: bool = False) -> TaskStatus | None:
    """Return where a task stands; ``None`` if it never began.

    Args:
        locked: wait for the step that runs, and let none begin before this transaction ends.
    """
    query = _locked(name) if locked else select(TaskRow).where(TaskRow.name == name)
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    return status_of(row) if row else None


def _locked(name: str) -> Select[TaskRow]:
    return select(TaskRow).where(TaskRow.name == name).with_for_update().execution_options(populate_existing=True)


def _write(session: Session, name: str, **values: Any) -> None:
    session.execute(
        update(TaskRow).where(TaskRow.name == name).values(**values).execution_options(synchronize_session=False)
    )


def _begin(database: Database, task: Task) -> None:
    def begin(unit: UnitOfWork) -> None:
        if unit.session.scalar(select(TaskRow.name).where(TaskRow.name == task.name)) is None:
            values = _fresh(task, unit, now(unit.session))
            unit.session.execute(insert(TaskRow).values(name=task.name, token=0, command=task.command, **values))

    try:
        database.run_tx(begin)
    except IntegrityError:
        # Another process began it at the same moment.
        with database.begin(readonly=True) as unit:
            if found(unit.session, task.name) is None:
                raise


def _fresh(task: Task, unit: UnitOfWork, moment: datetime) -> dict[str, Any]:
    total = task.total(unit) if task.total else None
    begun = {"state": "paused", "cursor": None, "done": 0, "total": total, "attempts": 0, "error": None}
    return {**begun, "owner": None, "lease_until": None, "started": moment, "updated": moment}


def _require_free(row: TaskRow, moment: datetime) -> None:
    if row.state != "running" or row.lease_until is None or row.lease_until <= moment or _owner_is_dead(row.owner):
        return
    what = f"The task {row.name} is run by {row.owner}, at least until {row.lease_until:%H:%M:%S} UTC."
    raise TaskHeldError(what, remedy="See how far it is with: app tasks list")


def _owner() -> str:
    return f"{socket.gethostname()[:200]}:{os.getpid()}:{secrets.token_hex(4)}"


def _owner_is_dead(owner: str | None) -> bool:
    """Tell whether the holder ended on this machine; a wrong yes costs a step, because the token fences it off."""
    machine, pid, _ = (owner or "::").rsplit(":", 2)
    if machine != socket.gethostname()[:200] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
