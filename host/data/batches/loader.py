"""Collects the keys that a run asks for, and loads them together at the first one whose value is needed."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Final, Generic, TypeVar, final

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@final
class BatchLoader(Generic[K, V]):
    """Values by key, each loaded once, as many as possible by one call.

    Make one for a run or a page, not for longer: what it has loaded it never asks for again.

    Args:
        load: returns key → value of the keys it is given, such as `Repository.get_many`; absent keys are left out.
    """

    def __init__(self, load: Callable[[Collection[K]], Mapping[K, V]]) -> None:
        self._load: Final = load
        self._wanted: dict[K, None] = {}
        self._values: dict[K, V | None] = {}

    def want(self, *keys: K) -> None:
        """Say that these will be needed; nothing is loaded yet."""
        self._wanted.update((key, None) for key in keys if key not in self._values)

    def find(self, key: K) -> V | None:
        """Return the value of `key`, or ``None`` if there is none; loads everything wanted so far."""
        if key not in self._values:
            self.want(key)
            self._fetch()
        return self._values[key]

    def find_many(self, keys: Iterable[K]) -> dict[K, V]:
        """Return key → value; a key without a value is left out."""
        asked = list(keys)
        self.want(*asked)
        self._fetch()
        return {key: value for key in asked if (value := self._values[key]) is not None}

    def _fetch(self) -> None:
        if not self._wanted:
            return
        keys, self._wanted = list(self._wanted), {}
        found = self._load(keys)
        self._values.update((key, found.get(key)) for key in keys)
