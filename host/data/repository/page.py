"""One page of a list, and the cursors that lead on and back."""

from dataclasses import dataclass
from typing import Generic, TypeVar, final

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class RowPage(Generic[T]):
    """Some rows of a list.

    Args:
        rows: in the order that was asked for.
        next: cursor of the page that follows; ``None`` on the last one and on pages by number.
        previous: cursor of the page before; ``None`` on the first one and on pages by number.
        total: how many rows match in all, on pages by number.
    """

    rows: tuple[T, ...]
    next: str | None = None
    previous: str | None = None
    total: int | None = None
