"""Where a task stands, as everybody may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, final

from host.data.tasks.tables import TaskRow

TaskState = Literal["running", "paused", "cancelled", "failed", "done"]


@final
@dataclass(frozen=True, slots=True)
class TaskStatus:
    """Where a task stands.

    Args:
        state: ``running`` also for one whose process was killed: the next runner takes it over.
        done: items done since the task began.
        total: items counted when it began, if it counts.
        command: the command line that goes on with it.
        owner: the process that holds the lease: machine, pid and a random part.
        attempts: runs that failed since the last step that succeeded.
        error: why the last run failed.
    """

    name: str
    state: TaskState
    done: int
    total: int | None
    command: str
    owner: str | None
    lease_until: datetime | None
    attempts: int
    error: str | None
    started: datetime
    updated: datetime


def status_of(row: TaskRow) -> TaskStatus:
    """Return a row's status."""
    return TaskStatus(
        name=row.name,
        state=cast("TaskState", row.state),
        done=row.done,
        total=row.total,
        command=row.command,
        owner=row.owner,
        lease_until=row.lease_until,
        attempts=row.attempts,
        error=row.error,
        started=row.started,
        updated=row.updated,
    )
