"""Tells whether the code that runs is inside a generator that opened a unit of work, or whether that one waits."""

import contextlib
import sys
from inspect import CO_GENERATOR
from types import FrameType
from typing import Final

from host.data.faults import NoUnitOfWorkError

_BETWEEN: Final = frozenset({contextlib.__file__, str(__file__)})
_PARTS: Final = frozenset({"host.data.database", "host.data.unit_of_work"})


def opening_generator() -> FrameType | None:
    """Return the generator that opens a unit right now; ``None`` for code of every other kind.

    A context manager made of a generator is none: it waits while the block of its ``with`` runs, which is meant.
    """
    frame = _beyond(sys._getframe(1))
    while frame is not None and frame.f_code.co_flags & CO_GENERATOR:
        caller = frame.f_back
        if caller is None or caller.f_code.co_filename != contextlib.__file__:
            return frame
        frame = _beyond(caller)
    return None


def require_inside(generator: FrameType | None) -> None:
    """Refuse work in a unit whose generator waits for its next turn.

    Raises:
        NoUnitOfWorkError: the generator is not running.
    """
    if generator is None:
        return
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame is generator:
            return
        frame = frame.f_back
    code = generator.f_code
    raise NoUnitOfWorkError(
        f"The generator {code.co_qualname} ({code.co_filename}:{generator.f_lineno}) waits with a unit of work open; "
        "what is done now would become part of it, and be lost with it.",
        remedy="Open the unit around the loop that reads the generator, or read the generator to its end first.",
    )


def _beyond(frame: FrameType | None) -> FrameType | None:
    while frame is not None and (
        frame.f_code.co_filename in _BETWEEN or frame.f_globals.get("__name__") in _PARTS
    ):  # fmt: skip
        frame = frame.f_back
    return frame
