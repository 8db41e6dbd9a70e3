"""How long to wait before a process that died is started again, and when to call it a crash loop."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 60.0
LOOP_AT: Final = 5
"""Deaths within the window that make a crash loop."""
FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 30.0


class Backoff:
    """Remembers recent deaths; the first one costs no wait, each further one doubles it.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._deaths: deque[float] = deque()

    def died(self) -> float:
        """Note a death and return the seconds to wait before the next start."""
        now = self._clock()
        self._deaths.append(now)
        while now - self._deaths[0] > WINDOW_S:
            self._deaths.popleft()
        before = len(self._deaths) - 1
        return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (before - 1)) if before else 0.0

    @property
    def looping(self) -> bool:
        """Whether so many died lately that starting again won't help by itself."""
        return len(self._deaths) >= LOOP_AT

    @property
    def deaths(self) -> int:
        """Deaths within the window."""
        return len(self._deaths)
