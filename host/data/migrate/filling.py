"""Runs a revision's backfill as a resumable task: batch by batch, each in a transaction with the place it got to."""

import time
from typing import Any, Final

from sqlalchemy import Connection, delete, inspect

from host.data.audit import AUDITED
from host.data.database import Database
from host.data.migrate.revisions import Revision
from host.data.migrate.running import naming
from host.data.migrate.targets import Target, schema_error
from host.data.tasks import Step, Task, TaskHeldError, TaskRow, TaskRunner
from host.data.unit_of_work import UnitOfWork

POLL_S: Final = 0.5
"""Seconds between two looks at a backfill that another process runs."""
_KEPT: Final = "The batches before it are kept. Correct the revision in {folder} and migrate again: it goes on."


def task_name(target: str, revision: str) -> str:
    """Return the name of a revision's backfill among the resumable tasks."""
    return f"{target}.backfill_{revision}"


def fill(database: Database, target: Target, revision: Revision) -> None:
    """Run the backfill to its end; if another process runs it, wait for that one.

    Raises:
        SchemaError: a batch failed, or an operator paused the task.
    """
    task = Task(task_name(target.id, revision.id), _step(revision), command=f"app db migrate {target.id}")
    if not inspect(database.single).has_table(TaskRow.__tablename__):
        raise schema_error(target, revision.id, "the host's tables are not there yet", "Migrate the host first.")
    with naming(target, [revision], _KEPT):
        while True:
            try:
                status = TaskRunner(database).run(task)
                break
            except TaskHeldError:
                time.sleep(POLL_S)
    if status.state != "done":
        problem = f"its backfill is {status.state}: {status.done} rows are done"
        raise schema_error(target, revision.id, problem, "Go on with: app db migrate")


def forget_fill(connection: Connection, target: Target, revision: Revision) -> None:
    """Let a backfill begin anew after its revision was rolled back."""
    if inspect(connection).has_table(TaskRow.__tablename__):
        connection.execute(delete(TaskRow).where(TaskRow.name == task_name(target.id, revision.id)))


def _step(revision: Revision) -> Any:
    def step(unit: UnitOfWork, cursor: Any) -> Step:
        assert revision.batch is not None
        # The audit has the revision as a whole, not every row that it fills.
        connection = unit.session.connection().execution_options(**AUDITED)
        told = revision.batch(connection, cursor)
        if told is None:
            return Step(cursor, finished=True)
        reached, count = told
        return Step(reached, done=count)

    return step
