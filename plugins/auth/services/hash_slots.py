"""How many password hashes are computed at once and how many may wait: a flood of attempts finds a full queue."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from host import HostError

LONGEST_WAIT_S: Final = 10.0
"""Seconds that an attempt waits for its turn."""


class HashingBusyError(HostError):
    """Too many passwords are being checked; nothing was computed for this one."""

    user_message: ClassVar[str] = "Many people are signing in at the moment. Please try again in a few seconds."


class HashSlots:
    """Lets some threads compute and some wait; whoever comes then is told to come again.

    Args:
        at_once: hashes computed at the same time.
        waiting: threads that may wait for their turn.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._running = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a slot for the block.

        Raises:
            HashingBusyError: everybody waits already, or the turn didn't come in time.
        """
        if not self._places.acquire(blocking=False):
            raise _busy("the queue is full")
        try:
            if not self._running.acquire(timeout=LONGEST_WAIT_S):
                raise _busy(f"no turn within {LONGEST_WAIT_S:.0f} s")
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._places.release()


def _busy(why: str) -> HashingBusyError:
    return HashingBusyError(f"A password wasn't checked: {why}.", remedy="Try again in a few seconds.")
