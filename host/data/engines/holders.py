"""Who holds which pooled connection: since when, in which thread, and the line that took it."""

import threading
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from itertools import count
from typing import Any, Final, NamedTuple, final

from sqlalchemy import Engine, event

from host.data.actor import Actor, ActorSource, nobody
from host.data.engines.callers import Place, caller


@final
class Holder(NamedTuple):
    """Who took a connection and has not given it back.

    Args:
        number: counts the takings of this process; tells two of them apart.
        pool: ``write``, ``read`` or ``replica``.
        thread: name of the thread that took it.
        place: the line that took it.
        since: when, by `time.monotonic`.
        context: in which it was taken; who acts is asked there only when somebody wants to know.
        source: says who acts.
    """

    number: int
    pool: str
    thread: str
    place: Place
    since: float
    context: Context
    source: ActorSource

    @property
    def actor(self) -> Actor:
        """On whose behalf it was taken."""
        return self.context.copy().run(self.source)

    @property
    def held_s(self) -> float:
        """Seconds since it was taken."""
        return time.monotonic() - self.since

    def __str__(self) -> str:
        by = ", ".join(f"{name} {value}" for name, value in self._by() if value)
        return f"{self.place} in {self.place.function}() for {self.held_s:.1f} s ({by})"

    def _by(self) -> tuple[tuple[str, str | None], ...]:
        actor = self.actor
        return ("thread", self.thread), ("plugin", actor.plugin), ("page", actor.page), ("run", actor.correlation_id)


@final
class Holders:
    """The holders of one database's pools; costs a walk over the stack and a dictionary entry a taking."""

    def __init__(self) -> None:
        self.actor: ActorSource = nobody
        self.on_return: list[Callable[[Holder], None]] = []
        self._numbers = count(1)
        self._held: dict[Any, Holder] = {}

    def watch(self, engine: Engine, pool: str) -> Engine:
        """Note who takes connections of `engine`, and return it."""

        def taken(_connection: object, record: Any, _proxy: object) -> None:
            thread = threading.current_thread().name
            self._held[record] = Holder(
                next(self._numbers), pool, thread, caller(), time.monotonic(), copy_context(), self.actor
            )

        def given_back(_connection: object, record: Any) -> None:
            holder = self._held.pop(record, None)
            if holder is not None:
                for call in self.on_return:
                    call(holder)

        event.listen(engine, "checkout", taken)
        event.listen(engine, "checkin", given_back)
        return engine

    def forget(self) -> None:
        """Forget every holder, in a process that has none of the connections."""
        self._held.clear()

    def oldest(self) -> Holder | None:
        """Return who has held a connection for the longest time."""
        return next(iter(self.all()), None)

    def all(self) -> tuple[Holder, ...]:
        """Return every holder, the oldest first."""
        return tuple(self._held.values())

    def of(self, pool: str) -> tuple[Holder, ...]:
        """Return the holders of one pool, the oldest first."""
        return tuple(holder for holder in self.all() if holder.pool == pool)


NOBODY_HOLDS: Final = "nobody of this process"


def named(holders: tuple[Holder, ...], most: int = 5) -> str:
    """Return the oldest holders as one line of text."""
    names = "; ".join(str(holder) for holder in holders[:most]) or NOBODY_HOLDS
    return names if len(holders) <= most else f"{names}; and {len(holders) - most} more"
