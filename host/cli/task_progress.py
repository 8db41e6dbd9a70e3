"""Runs a resumable task with a bar in a terminal and lines elsewhere; Ctrl+C leaves it where the next run goes on."""

from typing import TYPE_CHECKING

from host.cli.seed_progress import SeedVoice
from host.contracts.seeding import SeedProgress

if TYPE_CHECKING:
    from host.data.tasks import Task, TaskRunner, TaskStatus


def run_shown(runner: "TaskRunner", task: "Task", what: str, *, quiet: bool) -> "TaskStatus":
    """Run a task, from its beginning if it is done, and return where it stands.

    Args:
        what: the items that it counts, in the plural.
    """
    with SeedVoice(quiet=quiet) as voice:

        def show(status: "TaskStatus") -> None:
            if status.total and status.state == "running":
                voice.say(SeedProgress(status.done, status.total, what))

        return runner.run(task, progress=show, again=True)
