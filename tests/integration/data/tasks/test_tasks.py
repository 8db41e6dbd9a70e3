"""Resumable tasks: each step once, whatever ends the process; one runner at a time; pause, cancel, failure."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from host.data import CommitUnknownError, Database, UnitOfWork
from host.data.tasks import (
    LeaseLostError,
    Step,
    Task,
    TaskCancelledError,
    TaskHeldError,
    TaskRow,
    TaskRunner,
    TaskStatus,
)
from host.errors import ValidationError
from tests.effort import effort
from tests.integration.data.conftest import Notes, Spawn

KILLS = effort(short=4, long=20)


def counting(last: int) -> Task:
    """Writes the numbers below `last`, one a step."""

    def step(unit: UnitOfWork, cursor: Any) -> Step:
        number = cursor or 0
        if number == last:
            return Step(number, finished=True)
        unit.session.add(Notes.row(text=str(number)))
        return Step(number + 1, done=1)

    return Task("test.count", step, total=lambda unit: last, command="app count")


COUNTING = """
import time
from sqlalchemy import text
from host.data.tasks import Step, Task, TaskRunner

def step(unit, cursor):
    number = cursor or 0
    say(number)
    if number == {last}:
        return Step(number, finished=True)
    unit.session.execute(text("INSERT INTO test_note (text) VALUES (:text)"), {{"text": str(number)}})
    {wait}
    return Step(number + 1, done=1)

status = TaskRunner(database).run(Task("test.count", step, total=lambda unit: {last}))
say(status.state)
"""


def child(last: int = 1000, wait: str = "time.sleep(0.002)") -> str:
    return COUNTING.format(last=last, wait=wait)


def test_a_task_runs_to_its_end_and_says_how_far_it_is(notes: Notes) -> None:
    seen: list[TaskStatus] = []
    status = TaskRunner(notes.database).run(counting(5), progress=seen.append)
    assert [(each.done, each.total) for each in seen] == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5), (5, 5)]
    assert (status.state, status.owner, status.error) == ("done", None, None)
    assert notes.texts() == ["0", "1", "2", "3", "4"]


def test_what_is_done_is_left_alone_unless_told(notes: Notes) -> None:
    runner = TaskRunner(notes.database)
    runner.run(counting(2))
    assert runner.run(counting(2)).state == "done"
    assert notes.texts() == ["0", "1"]
    assert runner.run(counting(2), again=True).done == 2
    assert notes.texts() == ["0", "1", "0", "1"]


def test_killed_again_and_again_it_does_each_step_once(notes: Notes, spawn: Spawn) -> None:
    last = 20 * (KILLS + 1)
    for kill in range(KILLS):
        runs = spawn(child(last))
        for _ in range(10 + kill % 7):
            runs.line()
        runs.process.send_signal(signal.SIGKILL)
        runs.process.wait(30)
    status = TaskRunner(notes.database).run(counting(last))
    assert (status.state, status.done, status.total) == ("done", last, last)
    assert notes.texts() == [str(number) for number in range(last)]


def test_one_process_runs_it_and_the_other_is_told_who(notes: Notes, spawn: Spawn) -> None:
    runs = spawn(child(50, wait="hear()"))
    runs.line()
    runs.tell("on")
    runs.line()
    with pytest.raises(TaskHeldError, match=str(runs.process.pid)):
        # The first step is committed, the second waits inside its transaction: only the committed row is looked at.
        _try_without_waiting(notes.database)
    for _ in range(49):
        runs.tell("on")
    assert runs.finish().splitlines()[-1] == "done"


def _try_without_waiting(database: Database) -> None:
    """What another runner sees, without queueing behind the open step's lock."""
    from host.data.tasks import lease

    with database.begin(readonly=True) as unit:
        row = unit.session.scalars(select(TaskRow)).one()
        lease._require_free(row, lease.now(unit.session))


def test_a_runner_that_was_overtaken_cannot_write(notes: Notes) -> None:
    runner = TaskRunner(notes.database)
    taken = []

    def overtake(status: TaskStatus) -> None:
        if status.done == 3 and not taken:
            with notes.database.begin() as unit:
                unit.session.execute(update(TaskRow).values(token=TaskRow.token + 1, owner="elsewhere:1:ab"))
            taken.append(status)

    with pytest.raises(LeaseLostError):
        runner.run(counting(10), progress=overtake)
    assert notes.texts() == ["0", "1", "2"]
    after = runner.status("test.count")
    assert after is not None
    assert (after.done, after.owner, after.error) == (3, "elsewhere:1:ab", None)


def test_a_lease_that_ran_out_is_taken_over(notes: Notes) -> None:
    runner = TaskRunner(notes.database)
    runner.run(counting(1))
    held = {"state": "running", "owner": "elsewhere:1:ab"}
    with notes.database.begin() as unit:
        until = text("'2999-01-01'")
        unit.session.execute(update(TaskRow).values(lease_until=until, **held))
    with pytest.raises(TaskHeldError, match="elsewhere:1:ab"):
        runner.run(counting(3))
    with notes.database.begin() as unit:
        unit.session.execute(update(TaskRow).values(lease_until=text("'2001-01-01'"), **held))
    assert runner.run(counting(3)).state == "done"
    assert notes.texts() == ["0", "1", "2"]


def test_a_paused_task_stops_and_goes_on(notes: Notes) -> None:
    runner = TaskRunner(notes.database)
    pausing = lambda status: runner.pause(status.name) if status.done == 2 else None  # noqa: E731
    assert runner.run(counting(4), progress=pausing).state == "paused"
    assert notes.texts() == ["0", "1"]
    assert runner.run(counting(4)).state == "done"
    assert notes.texts() == ["0", "1", "2", "3"]


def test_a_cancelled_task_begins_again_only_if_told(notes: Notes) -> None:
    runner = TaskRunner(notes.database)
    runner.run(counting(4), progress=lambda status: runner.cancel(status.name) if status.done == 2 else None)
    with pytest.raises(TaskCancelledError, match="--again"):
        runner.run(counting(4))
    assert runner.run(counting(4), again=True).done == 4
    assert notes.texts() == ["0", "1", "0", "1", "2", "3"]
    with pytest.raises(ValidationError, match="has ended"):
        runner.pause("test.count")
    with pytest.raises(ValidationError, match="no task"):
        runner.cancel("test.nothing")


@pytest.mark.parametrize("stop", [TaskRunner.pause, TaskRunner.cancel])
def test_a_task_that_ends_while_it_is_stopped_stays_done(
    notes: Notes, stop: Callable[[TaskRunner, str], TaskStatus]
) -> None:
    runner, refused = TaskRunner(notes.database), []

    def late() -> None:
        try:
            stop(runner, "test.count")
        except ValidationError as error:
            refused.append(error.message)

    thread = threading.Thread(target=late)

    def step(unit: UnitOfWork, cursor: Any) -> Step:
        did = counting(2).step(unit, cursor)
        if did.finished:
            thread.start()
            time.sleep(0.5)
        return did

    assert runner.run(Task("test.count", step)).state == "done"
    thread.join(30)
    status = runner.status("test.count")
    assert status is not None
    assert (status.state, refused) == ("done", ["The task test.count has ended."])


def test_a_failing_step_keeps_its_error_and_is_tried_again(notes: Notes) -> None:
    broken = [True, True]

    def step(unit: UnitOfWork, cursor: Any) -> Step:
        did = counting(3).step(unit, cursor)
        if did.cursor == 2 and broken:
            broken.pop()
            raise ValueError("row of ann@example.com is bad")
        return did

    runner = TaskRunner(notes.database)
    for attempt in (1, 2):
        with pytest.raises(ValueError, match="is bad"):
            runner.run(Task("test.count", step))
        status = runner.status("test.count")
        assert status is not None
        assert (status.state, status.attempts, status.done) == ("failed", attempt, 1)
        assert status.error == "ValueError: row of [masked] is bad"
    assert runner.run(Task("test.count", step)).attempts == 0
    assert notes.texts() == ["0", "1", "2"]


@pytest.mark.parametrize("kept", [True, False])
def test_a_commit_of_unknown_end_is_neither_lost_nor_repeated(
    notes: Notes, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    run_tx, lost = Database.run_tx, []

    def unlucky(self: Database, function: Any) -> Any:
        if notes.texts() != ["0", "1"] or lost:
            return run_tx(self, function)
        lost.append(True)
        if kept:
            run_tx(self, function)
        raise CommitUnknownError("gone")

    monkeypatch.setattr(Database, "run_tx", unlucky)
    assert TaskRunner(notes.database).run(counting(4)).done == 4
    assert (notes.texts(), lost) == (["0", "1", "2", "3"], [True])


def test_a_task_inside_a_unit_of_work_is_refused(notes: Notes) -> None:
    with notes.database.begin(), pytest.raises(ValidationError, match="unit of work"):
        TaskRunner(notes.database).run(counting(1))


def test_processes_that_begin_at_once_share_one_run(notes: Notes, spawn: Spawn, tmp_path: Path) -> None:
    code = child(100).replace("status =", "hear(); status =")
    children = [spawn(code) for _ in range(3)]
    for each in children:
        each.tell("go")
    ends = [each.process.communicate(timeout=60) for each in children]
    codes = sorted(each.process.returncode for each in children)
    assert codes[0] == 0
    assert all(
        "TaskHeldError" in error for each, (_, error) in zip(children, ends, strict=True) if each.process.returncode
    )
    assert notes.texts() == [str(number) for number in range(100)]
    assert [each.name for each in TaskRunner(notes.database).list()] == ["test.count"]
