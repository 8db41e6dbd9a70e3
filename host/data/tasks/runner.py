"""Runs resumable tasks step by step, and lets operators see, pause and cancel them."""

import time
from collections.abc import Callable
from typing import Final, cast, final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from host.data.database import Database
from host.data.faults import CommitUnknownError
from host.data.tasks import lease
from host.data.tasks.faults import LeaseLostError
from host.data.tasks.lease import Lease, StoppedError
from host.data.tasks.status import TaskState, TaskStatus, status_of
from host.data.tasks.tables import TaskRow
from host.data.tasks.task import Task
from host.data.unit_of_work import UnitOfWork
from host.errors import ValidationError
from host.logs import get_logger, redact
from host.one_line import describe

_log: Final = get_logger(__name__)
REST: Final = 0.2
"""Share of a step's time for which the runner rests after it, so that other writers get their turn on SQLite."""
UNKNOWN_COMMITS: Final = 5
"""Broken commits in a row after which a run gives up."""

Progress = Callable[[TaskStatus], None]


@final
class TaskRunner:
    """Runs tasks of one database.

    Args:
        database: where the tasks work and their places are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, task: Task, *, progress: Progress | None = None, again: bool = False) -> TaskStatus:
        """Run a task to its end and return where it stands: done, or paused or cancelled meanwhile.

        A task that is done is left alone.

        Args:
            progress: told after every step.
            again: begin a task anew that is done or was cancelled.

        Raises:
            TaskHeldError: another process runs it.
            TaskCancelledError: it was cancelled before.
            LeaseLostError: another process took it over; nothing of the last step was kept.
            Exception: a step failed; its error is kept, and the next `run` tries that step again.
        """
        if self._database.current() is not None:
            what = f"The task {task.name} was started inside a unit of work, which would undo its steps."
            raise ValidationError(what, remedy="Run it outside database.begin() and run_tx().")
        held = lease.take(self._database, task, again=again)
        try:
            self._steps(task, held, progress)
        except StoppedError:
            _log.info("task stopped", task=task.name)
        except LeaseLostError:
            raise
        except Exception as error:
            self._fail(held, error)
            raise
        return cast("TaskStatus", self.status(task.name))

    def status(self, name: str) -> TaskStatus | None:
        """Return where a task stands; ``None`` if it never began."""
        with self._database.begin(readonly=True) as unit:
            return lease.found(unit.session, name)

    def list(self) -> list[TaskStatus]:
        """Return every task, the one that moved last first."""
        with self._database.begin(readonly=True) as unit:
            return [status_of(row) for row in unit.session.scalars(select(TaskRow).order_by(TaskRow.updated.desc()))]

    def pause(self, name: str) -> TaskStatus:
        """Let a task stop after the step that it is in; `run` goes on with it.

        Raises:
            ValidationError: there is no such task, or it has ended.
        """
        return self._stop(name, "paused")

    def cancel(self, name: str) -> TaskStatus:
        """Stop a task after the step that it is in, for good; what its steps did stays.

        Raises:
            ValidationError: there is no such task, or it has ended.
        """
        return self._stop(name, "cancelled")

    def _steps(self, task: Task, held: Lease, progress: Progress | None) -> None:
        unknown = 0
        while True:
            began = time.monotonic()
            try:
                status = self._database.run_tx(lambda unit: self._step(unit, task, held))
            except CommitUnknownError:
                # The cursor was part of that transaction: whichever way it went, the next step begins rightly.
                unknown += 1
                if unknown == UNKNOWN_COMMITS:
                    raise
                continue
            unknown = 0
            if progress:
                progress(status)
            if status.state == "done":
                return
            time.sleep((time.monotonic() - began) * REST)

    def _step(self, unit: UnitOfWork, task: Task, held: Lease) -> TaskStatus:
        session = unit.session
        stands = lease.found(session, held.name)
        if stands is not None and stands.state == "done":
            return stands
        row = held.enter(session)
        did = task.step(unit, row.cursor)
        total = None if row.total is None else max(row.total, row.done + did.done)
        values = {"cursor": did.cursor, "done": row.done + did.done, "total": total, "attempts": 0, "error": None}
        if did.finished:
            lease.release(session, held.name, state="done", **values)
        else:
            lease.store(session, held.name, **values)
        return cast("TaskStatus", lease.found(session, held.name))

    def _fail(self, held: Lease, error: Exception) -> None:
        def keep(unit: UnitOfWork) -> None:
            attempts = held.enter(unit.session).attempts + 1
            lease.release(unit.session, held.name, state="failed", error=_line(error), attempts=attempts)

        try:
            self._database.run_tx(keep)
        except StoppedError:
            pass
        except Exception as second:
            # The database is away too: the lease runs out by itself, and the first error is the one to raise.
            _log.warning("the failure of a task could not be kept", task=held.name, error=_line(second))

    def _stop(self, name: str, state: TaskState) -> TaskStatus:
        def stop(unit: UnitOfWork) -> TaskStatus:
            stands = lease.found(unit.session, name, locked=True)
            if stands is None or stands.state in ("done", "cancelled"):
                what = f"The task {name} has ended." if stands else f"There is no task {name}."
                raise ValidationError(what, remedy="See what there is with: app tasks list")
            lease.release(unit.session, name, state=state)
            return cast("TaskStatus", lease.found(unit.session, name))

        return self._database.run_tx(stop)


def _line(error: Exception) -> str:
    """Return the error without the statement's parameters, which may be anybody's data."""
    return redact(describe(error.orig if isinstance(error, DBAPIError) and error.orig else error))
