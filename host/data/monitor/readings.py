"""What operators read: figures of all processes added up over a time, statements, pages, slow log and findings."""

from dataclasses import dataclass
from datetime import datetime
from typing import final

from host.data.monitor.buckets import Figures


@final
@dataclass(frozen=True, slots=True)
class Summary:
    """The whole database over a time.

    Args:
        minutes: how long that is.
        statements: figures of every statement.
        transactions: figures of committed ones.
        rolled_back: how many were not committed.
        conflicts: transactions run again because another one was in the way (busy, deadlock, serialization).
        lost: transactions run again because the connection was lost.
    """

    minutes: int
    statements: Figures
    transactions: Figures
    rolled_back: int
    conflicts: int
    lost: int

    @property
    def statements_per_s(self) -> float:
        """Statements a second."""
        return self.statements.count / (self.minutes * 60)

    @property
    def p95_ms(self) -> float:
        """Milliseconds that 95 of 100 statements did not exceed."""
        return self.statements.histogram.quantile(0.95) * 1000


@final
@dataclass(frozen=True, slots=True)
class StatementReading:
    """One statement shape over a time.

    Args:
        fingerprint: its id.
        text: with ``?`` for every value.
        pages: pages that ask for it, the busiest first; empty text for code outside pages.
        figures: added up.
        counts: executions per step of time, oldest first.
        p95_ms: milliseconds per step of time, oldest first.
        site: ``file:line`` that last asked too slowly, empty when it never was slow.
        plan: how the database would run it; empty when nobody asked yet.
        plan_fault: why there is no plan.
    """

    fingerprint: str
    text: str
    pages: tuple[str, ...]
    figures: Figures
    counts: tuple[int, ...]
    p95_ms: tuple[float, ...]
    site: str = ""
    plan: str = ""
    plan_fault: str = ""


@final
@dataclass(frozen=True, slots=True)
class PageReading:
    """One page over a time; a run is a full run, a part's own rerun or a callback.

    Args:
        runs: figures of its runs: `seconds` is time spent in the database.
        per_run: statements per run, on average.
        counts: runs per step of time, oldest first.
    """

    page: str
    plugin: str
    runs: Figures
    per_run: float
    counts: tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class SlowReading:
    """One slow statement, with the plan of its shape."""

    at: datetime
    fingerprint: str
    text: str
    page: str
    plugin: str
    site: str
    correlation_id: str
    seconds: float
    rows: int
    parameters: str
    plan: str
    plan_fault: str


@final
@dataclass(frozen=True, slots=True)
class FindingReading:
    """One loop that asks the database once per item.

    Args:
        most: statements in the worst run.
        runs: in how many runs it was seen.
    """

    kind: str
    site: str
    page: str
    plugin: str
    subject: str
    cure: str
    most: int
    runs: int
    first_seen: datetime
    last_seen: datetime


@final
@dataclass(frozen=True, slots=True)
class PoolReading:
    """One pool of one process, as it stood at `at`.

    Args:
        name: ``write``, ``read`` or ``replica``.
        waiting: threads that wait for a connection.
        timeouts: how often one waited in vain since the start.
        longest_held_s: seconds for which the oldest holder has had its connection.
        holders: who has one, and the line that took it; one a line.
    """

    host_name: str
    pid: int
    name: str
    at: datetime
    size: int
    max_overflow: int
    checked_out: int
    waiting: int
    timeouts: int
    longest_held_s: float
    holders: str
