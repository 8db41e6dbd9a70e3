"""What a resumable task is: its name and how one step of it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from host.data.unit_of_work import UnitOfWork


@final
@dataclass(frozen=True, slots=True)
class Step:
    """What one step did.

    Args:
        cursor: where the next step begins; anything that JSON can hold.
        done: items that this step did.
        finished: whether nothing is left.
    """

    cursor: Any
    done: int = 0
    finished: bool = False


@final
@dataclass(frozen=True, slots=True)
class Task:
    """A resumable task.

    Args:
        name: unique, up to 200 characters, ``<owner>.<what>``.
        step: does one step in the unit of work that it is given, from the cursor of the step before, ``None`` at the
            first. It may be run again after a passing fault, so all its effects belong into the unit of work.
        total: counts the items at the first start, for the progress.
        command: the command line with which an operator goes on with it.
    """

    name: str
    step: Callable[[UnitOfWork, Any], Step]
    total: Callable[[UnitOfWork], int] | None = None
    command: str = ""
