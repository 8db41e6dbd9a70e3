"""Counting per key within windows of time, in this process's memory and never more of it than agreed."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

MOST_KEYS: Final = 10_000
"""Keys that are counted at a time; about a kilobyte each at the very most."""


@dataclass(slots=True)
class _Count:
    value: int
    expires: float


class BoundedMemory(Storage):
    """Storage of `limits` that holds a fixed number of keys; the one counted longest ago goes first.

    `limits`' own keeps every key of a window and starts a thread for each round of tidying up.

    Args:
        most: keys held at a time.
        clock: seconds since the epoch.
    """

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST_KEYS, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What counting can raise."""
        return KeyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` for `key` and return the sum of its window."""
        count = self._current(key)
        if count is None:
            count = self._counts[key] = _Count(0, self._clock() + expiry)
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
        self._counts.move_to_end(key)
        count.value += amount
        return count.value

    def get(self, key: str) -> int:
        """Return the sum of the key's window."""
        count = self._current(key)
        return count.value if count is not None else 0

    def get_expiry(self, key: str) -> float:
        """Return when the key's window ends."""
        count = self._current(key)
        return count.expires if count is not None else self._clock()

    def check(self) -> bool:
        """Tell that the storage works."""
        return True

    def reset(self) -> int | None:
        """Forget every key."""
        forgotten = len(self._counts)
        self._counts.clear()
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one key."""
        self._counts.pop(key, None)

    def _current(self, key: str) -> _Count | None:
        count = self._counts.get(key)
        if count is not None and count.expires <= self._clock():
            del self._counts[key]
            return None
        return count


class Answer(Enum):
    """What a rate says."""

    YES = "yes"
    NO = "no"
    FIRST_NO = "first no"
    """The first refusal of this key's window: the one worth telling somebody about."""


class Rate:
    """At most `most` per key within `window_s`; used on the event loop only.

    Args:
        name: keeps the keys of several rates in one storage apart.
    """

    def __init__(self, name: str, most: int, window_s: int, storage: Storage) -> None:
        self._item = RateLimitItemPerSecond(most, window_s, namespace=name)
        self._limiter = FixedWindowRateLimiter(storage)
        self._refused = RateLimitItemPerSecond(1, window_s, namespace=f"{name} refused")

    def take(self, key: str, cost: int = 1) -> Answer:
        """Count `cost` for `key`."""
        if self._limiter.hit(self._item, key, cost=cost):
            return Answer.YES
        return self._no(key)

    def look(self, key: str) -> Answer:
        """Tell whether `key` has something left, without counting."""
        return Answer.YES if self._limiter.test(self._item, key) else self._no(key)

    def _no(self, key: str) -> Answer:
        return Answer.FIRST_NO if self._limiter.hit(self._refused, key) else Answer.NO
