"""What can be wrong with the use of a flag."""

import difflib
from collections.abc import Iterable
from typing import ClassVar

from host.errors import HostError, ValidationError


class UnknownFlagError(ValidationError):
    """No active plugin declares the flag."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"No active plugin declares a flag {name!r}.", remedy=nearest(name, known))


class FlagLockedError(HostError):
    """The flag is decided where operators of this app can't change it: the environment, or another flag service."""

    user_message: ClassVar[str] = "This flag is decided outside of the app."
    exit_code: ClassVar[int] = 4


class FlagChangedError(ValidationError):
    """Somebody else changed the flag since it was looked at."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return what `name` was meant to be, or all there is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names) or 'none'}."
