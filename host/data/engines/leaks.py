"""Reports each connection that was taken and not given back in time, naming the line of code that holds it."""

import time
from collections import deque
from typing import TYPE_CHECKING, Final, final

from sqlalchemy import event

from host.data.actor import ActorSource, nobody
from host.data.engines.holders import Holder, Holders, named
from host.errors import HostError
from host.logs import get_logger

if TYPE_CHECKING:
    from host.data.database import Database

_log: Final = get_logger(__name__)
KEPT: Final = 50
"""Leaks that are remembered for the monitor."""
_POLL_S: Final = 0.02


class LeakedConnectionError(HostError):
    """A connection was held for longer than `database.leak_after_s`, or past the end of a test."""


@final
class LeakWatch:
    """Looks for connections that are held too long; an extension of the database.

    Args:
        after_s: seconds after which holding one counts as a leak.
        actor: says on whose behalf a connection is taken.
        strict: raise `LeakedConnectionError` from the next taking, as tests want it, besides logging.
    """

    def __init__(self, after_s: float, actor: ActorSource = nobody, *, strict: bool = False) -> None:
        self._after_s = after_s
        self._actor = actor
        self._strict = strict
        self._holders = Holders()
        self._found: deque[Holder] = deque(maxlen=KEPT)

    def attach(self, database: "Database") -> None:
        """Watch every pool of `database`."""
        self._holders = database.engines.holders
        self._holders.actor = self._actor
        self._holders.on_return.append(self._returned)
        for engine in database.engines.pools.values():
            event.listen(engine, "checkout", lambda *_: self.look())

    @property
    def found(self) -> tuple[Holder, ...]:
        """The leaks of this process since its start, the latest last; some may have ended since."""
        return tuple(self._found)

    def held(self) -> tuple[Holder, ...]:
        """Return the leaks that go on right now, the oldest first."""
        return tuple(holder for holder in self._holders.all() if holder.held_s >= self._after_s)

    def look(self) -> None:
        """Report what is held too long and was not reported before.

        Raises:
            LeakedConnectionError: there is such a connection, and the watch is strict.
        """
        oldest = self._holders.oldest()
        if oldest is None or oldest.held_s < self._after_s:
            return
        new = [holder for holder in self.held() if holder.number not in {each.number for each in self._found}]
        for holder in new:
            self._report(holder)
        if new and self._strict:
            raise _error(tuple(new))

    def require_none(self, patience_s: float = 1.0) -> None:
        """Check that nobody holds a connection; for the end of a test.

        Args:
            patience_s: seconds to wait for those who are just about to give theirs back.

        Raises:
            LeakedConnectionError: naming who does.
        """
        deadline = time.monotonic() + patience_s
        while held := self._holders.all():
            if time.monotonic() > deadline:
                raise _error(held)
            time.sleep(_POLL_S)

    def _returned(self, holder: Holder) -> None:
        if holder.held_s < self._after_s:
            return
        if holder not in self._found:
            self._report(holder)
        _log.warning("connection was given back late", **_facts(holder))

    def _report(self, holder: Holder) -> None:
        self._found.append(holder)
        _log.warning("connection is held too long", **_facts(holder))


def _facts(holder: Holder) -> dict[str, object]:
    actor = holder.actor
    return {
        "held_s": round(holder.held_s, 1),
        "pool": holder.pool,
        "line": str(holder.place),
        "function": holder.place.function,
        "thread": holder.thread,
        "plugin": actor.plugin,
        "page": actor.page,
        "of_run": actor.correlation_id,
    }


def _error(held: tuple[Holder, ...]) -> LeakedConnectionError:
    remedy = "End the unit of work there: a `with` block ends it also when an error leaves it."
    return LeakedConnectionError(f"A database connection is held too long: {named(held)}.", remedy=remedy)
