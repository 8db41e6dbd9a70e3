"""Collects figures per minute in memory, bounded, until they are written."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, final

from host.data.monitor.histogram import Histogram, bucket_of

Kind = Literal["statement", "transaction", "run"]
OTHER: Final = "other"
"""Stands for the statements that came when there was no room for another shape."""
MOST_KEYS: Final = 2000
"""Keys collected between two writes; whatever comes on top is counted as `OTHER`."""
CROWDED: Final = MOST_KEYS // 2
MINUTE_S: Final = 60


What = tuple[Kind, str, str, str]
"""A `Key` without its minute; a plain tuple, since one is made for every statement."""


class Key(NamedTuple):
    """What figures are about.

    Args:
        minute: minutes since the epoch.
        name: a statement's text or fingerprint; ``commit`` or ``rollback``; empty for a run.
        page: path of the page, empty outside of one.
        plugin: whose code ran, empty for the host's.
    """

    minute: int
    kind: Kind
    name: str
    page: str
    plugin: str


@final
@dataclass(slots=True)
class Figures:
    """What adds up.

    Args:
        count: statements, transactions or runs.
        rows: that the driver told of: written ones, and on PostgreSQL read ones.
        statements: inside these transactions or runs.
        retries: attempts after a passing fault.
        seconds: spent altogether.
    """

    count: int = 0
    errors: int = 0
    rows: int = 0
    statements: int = 0
    retries: int = 0
    seconds: float = 0.0
    histogram: Histogram = field(default_factory=Histogram)

    def merge(self, other: "Figures") -> None:
        """Add `other`."""
        self.count += other.count
        self.errors += other.errors
        self.rows += other.rows
        self.statements += other.statements
        self.retries += other.retries
        self.seconds += other.seconds
        self.histogram.merge(other.histogram)

    @classmethod
    def total(cls, parts: Iterable["Figures"]) -> "Figures":
        """Return the sum."""
        whole = cls()
        for part in parts:
            whole.merge(part)
        return whole


@final
class Collector:
    """Takes figures from every thread; one writer takes them away."""

    def __init__(self) -> None:
        self.crowded: Final = threading.Event()
        """Set when the keys should be taken away soon."""
        self._figures: dict[tuple[int, What], Figures] = {}
        self._lock: Final = threading.Lock()

    def add(self, what: What, seconds: float, rows: int = 0, errors: int = 0, statements: int = 0) -> None:
        """Count one happening of `seconds`."""
        bucket = bucket_of(seconds)
        minute = int(time.time()) // MINUTE_S
        with self._lock:
            figures = self._figures.get((minute, what)) or self._room(minute, what)
            figures.count += 1
            figures.errors += errors
            figures.rows += rows
            figures.statements += statements
            figures.seconds += seconds
            counts = figures.histogram.counts
            counts[bucket] = counts.get(bucket, 0) + 1

    def add_retry(self, what: What) -> None:
        """Count that a transaction is run again."""
        with self._lock:
            self._room(int(time.time()) // MINUTE_S, what).retries += 1

    def take(self) -> dict[Key, Figures]:
        """Return what was collected and begin anew."""
        with self._lock:
            taken, self._figures = self._figures, {}
            self.crowded.clear()
        return {Key(minute, *what): figures for (minute, what), figures in taken.items()}

    def _room(self, minute: int, what: What) -> Figures:
        if len(self._figures) >= CROWDED:
            self.crowded.set()
        if len(self._figures) >= MOST_KEYS and what[0] == "statement":
            what = ("statement", OTHER, "", "")
        return self._figures.setdefault((minute, what), Figures())
