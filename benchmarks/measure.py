"""Measures variants of the same work in turn, A B A B, so that what disturbs the machine disturbs all of them alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Work = Callable[[], object]
Prepare = Callable[[], Work]
"""Makes ready, unmeasured, and returns what is measured."""
QUARTILES: Final = 4


@dataclass(slots=True)
class Figures:
    """What one variant took, one value a round.

    Args:
        wall_s: seconds on the clock.
        cpu_s: seconds of this process's processor time; a database server's are not in it.
    """

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


def interleaved(variants: Mapping[str, Prepare], *, rounds: int, warmup: int = 1) -> dict[str, Figures]:
    """Run every variant once a round, in an order that turns, and return what each took.

    Args:
        rounds: measured rounds; `warmup` more are run before and forgotten.
    """
    found = {name: Figures() for name in variants}
    names = list(variants)
    for count in range(-warmup, rounds):
        turn = count % len(names)
        for name in names[turn:] + names[:turn]:
            wall_s, cpu_s = _timed(variants[name]())
            if count >= 0:
                found[name].wall_s.append(wall_s)
                found[name].cpu_s.append(cpu_s)
    return found


def _timed(work: Work) -> tuple[float, float]:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much one variant took as another: median and quartiles of the rounds' own ratios."""

    low: float
    median: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def ratio(measured: Sequence[float], base: Sequence[float]) -> Ratio:
    """Compare round by round, so that a slow moment of the machine falls on both sides of its own fraction."""
    each = [mine / theirs for mine, theirs in zip(measured, base, strict=True)]
    if len(each) < 2:
        return Ratio(each[0], each[0], each[0])
    low, median, high = statistics.quantiles(each, n=QUARTILES, method="inclusive")
    return Ratio(low, median, high)


def milliseconds(values_s: Sequence[float]) -> str:
    """Return the median in milliseconds, as a table shows it."""
    value = statistics.median(values_s) * 1000
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
