"""How connections are pooled, and the pool that can tell how many threads wait for one."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy import Engine, NullPool, QueuePool
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from host.data.engines.holders import Holder, Holders

if TYPE_CHECKING:
    from host.config import DatabaseConfig

ARGUMENTS_OF_NONE: Final[dict[str, Any]] = {"poolclass": NullPool}
"""For `create_engine`: a connection for each use, closed after it."""


@final
@dataclass(frozen=True, slots=True)
class PoolFigures:
    """How a pool stands right now.

    Args:
        name: ``write``, ``read`` or ``replica``.
        size: connections that are kept open.
        max_overflow: connections that may be opened beyond `size`.
        checked_out: connections in somebody's hands.
        waiting: threads that wait for one.
        timeouts: how often a thread has waited in vain since the start.
        longest_held_s: seconds for which the oldest holder has had its connection; 0 when nobody has one.
        holders: who has them, the oldest first.
    """

    name: str
    size: int
    max_overflow: int
    checked_out: int
    waiting: int
    timeouts: int
    longest_held_s: float
    holders: tuple[Holder, ...]

    @property
    def exhausted(self) -> bool:
        """Whether the next one has to wait."""
        return 0 < self.size + self.max_overflow <= self.checked_out


@final
class CountingPool(QueuePool):
    """A `QueuePool` that knows who waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeouts = 0
        self._waiters: set[int] = set()

    @property
    def waiting(self) -> int:
        """Threads that wait for a connection."""
        return len(self._waiters)

    def _do_get(self) -> ConnectionPoolEntry:
        if self.checkedin() or self._overflow < self._max_overflow:
            return super()._do_get()
        thread = threading.get_ident()
        self._waiters.add(thread)
        try:
            return super()._do_get()
        except PoolTimeoutError:
            self.timeouts += 1
            raise
        finally:
            self._waiters.discard(thread)


def pooled(config: "DatabaseConfig") -> dict[str, Any]:
    """Return the arguments of `create_engine` for a pool as the settings say."""
    return pool_of(config.pool_size, config.max_overflow, config.pool_timeout_s)


def pool_of(size: int, max_overflow: int, timeout_s: float) -> dict[str, Any]:
    """Return the arguments of `create_engine` for a pool of `size` connections and `max_overflow` more."""
    limits = {"pool_size": size, "max_overflow": max_overflow, "pool_timeout": timeout_s}
    return {"poolclass": CountingPool, **limits}


def figures(name: str, engine: Engine, holders: Holders) -> PoolFigures:
    """Return how the pool of `engine` stands; without pooling only the holders are known."""
    held = holders.of(name)
    longest = held[0].held_s if held else 0.0
    pool = engine.pool
    if not isinstance(pool, CountingPool):
        return PoolFigures(name, 0, 0, len(held), 0, 0, longest, held)
    limits = (pool.size(), pool._max_overflow)
    return PoolFigures(name, *limits, pool.checkedout(), pool.waiting, pool.timeouts, longest, held)
