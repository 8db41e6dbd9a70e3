"""What example data comes in and says while it is written."""

from dataclasses import dataclass
from typing import Literal

SeedSize = Literal["small", "medium", "large"]


@dataclass(frozen=True, slots=True)
class SeedProgress:
    """How far a seed has come.

    Args:
        done: rows or other units that are there.
        total: how many it will be in the end.
        what: the units, as they are named after a number.
    """

    done: int
    total: int
    what: str = "rows"
