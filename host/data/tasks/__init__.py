"""Resumable tasks: long work in small steps, each in one transaction with the place it got to; one runner at a time.

A task is a name and a function that does one step::

    def step(unit: UnitOfWork, cursor: Any) -> Step:
        ids = unit.session.scalars(select(Row.id).where(Row.id > (cursor or 0)).order_by(Row.id).limit(500)).all()
        ...
        return Step(cursor=ids[-1] if ids else cursor, done=len(ids), finished=not ids)

    TaskRunner(database).run(Task("warehouse.backfill_0007", step))

Whatever ends the process, the next `run` goes on where the last committed step ended.
"""

from host.data.tasks.faults import LeaseLostError, TaskCancelledError, TaskHeldError
from host.data.tasks.runner import TaskRunner
from host.data.tasks.status import TaskState, TaskStatus
from host.data.tasks.tables import TaskRow
from host.data.tasks.task import Step, Task

__all__ = [
    "LeaseLostError",
    "Step",
    "Task",
    "TaskCancelledError",
    "TaskHeldError",
    "TaskRow",
    "TaskRunner",
    "TaskState",
    "TaskStatus",
]
