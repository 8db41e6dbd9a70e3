"""What the address of the database page holds."""

from dataclasses import dataclass
from typing import Final, Literal

View = Literal["statements", "pages", "slow", "nplus1", "indexes", "locks"]
VIEWS: Final[tuple[View, ...]] = ("statements", "pages", "slow", "nplus1", "indexes", "locks")
PERIODS: Final = (15, 60, 24 * 60)
"""Minutes that the page offers to look back."""


@dataclass(frozen=True)
class DatabaseParams:
    """Address of the database page.

    Args:
        view: which part is shown.
        minutes: how far to look back.
    """

    view: View = "statements"
    minutes: int = 60
