"""Where the running code stands: which page, and whether script, fragment or callback; kept per thread of control."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

Location = Literal["script", "fragment", "action"]


@dataclass(slots=True)
class Place:
    """The place of the running code.

    Args:
        location: how Streamlit called it: in the full run, in a fragment's own rerun, as a widget's callback.
        rerun: an action sets it to ask for a full run after its last line.
    """

    location: Location
    page: str = ""
    rerun: bool = field(default=False)


_place: ContextVar[Place | None] = ContextVar("holdfast_place", default=None)


def place() -> Place | None:
    """Return the current place, ``None`` in a callback that isn't wrapped."""
    return _place.get()


@contextmanager
def standing(where: Place) -> Iterator[Place]:
    """Make `where` the current place for the block."""
    token = _place.set(where)
    try:
        yield where
    finally:
        _place.reset(token)
