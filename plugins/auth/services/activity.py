"""When people were last active: noted in memory at once, written down together now and then."""

from datetime import datetime, timedelta
from typing import Final, final

from host.data.turns import Turns
from plugins.auth.clock import Clock
from plugins.auth.services.memory import Memory, OpenSession
from plugins.auth.services.session_store import SessionStore

_PART: Final = 20
"""A moment is written down once it is this part of the idle time newer than the one that stands there."""
_LONGEST: Final = timedelta(seconds=60)
EVERY_S: Final = 5.0
"""Seconds between two writes."""


@final
class Activity:
    """The latest moments of activity in this process, and the thread that writes them down.

    A thread of its own: the change feed's must not wait for a busy database, or a revocation would.
    """

    def __init__(self, session_store: SessionStore, memory: Memory, clock: Clock) -> None:
        self._store = session_store
        self._memory = memory
        self._clock = clock
        self._latest: dict[str, datetime] = {}
        # What wasn't written is still in memory and is tried again.
        self._turns = Turns("auth-activity", __name__, EVERY_S, self.write, "activity of sessions waits to be written")

    def start(self) -> None:
        """Begin to write now and then."""
        self._turns.start()

    def stop(self) -> None:
        """Write once more and end the thread."""
        self._turns.stop()
        self.write()

    def note(self, session_id: str) -> None:
        """Take note of activity in a session that is remembered; anything else isn't going on here."""
        if self._memory.session(session_id) is not None:
            self._latest[session_id] = self._clock()

    def goes_on(self, found: OpenSession) -> bool:
        """Tell whether a session has not run out, as far as this process knows."""
        return found.goes_on(self._clock(), self._latest.get(found.id))

    def write(self) -> None:
        """Write down what is worth it, and end sessions that have run out."""
        remembered = {each.id: each for each in self._memory.sessions()}
        for gone in self._latest.copy().keys() - remembered.keys():
            self._latest.pop(gone, None)
        newer = {
            session_id: at
            for session_id, at in self._latest.copy().items()
            if session_id in remembered and at - remembered[session_id].seen_at > _worth_it(remembered[session_id])
        }
        self._store.seen(newer)
        for session_id, at in newer.items():
            self._memory.saw(session_id, at)
        now = self._clock()
        for found in remembered.values():
            if not found.goes_on(now, self._latest.get(found.id)):
                self._end(found.id)

    def _end(self, session_id: str) -> None:
        """End a session unless the person is active elsewhere; then this process reads it anew when it matters."""
        if not self._store.end_if_over(session_id):
            self._memory.forget(f"session:{session_id}")


def _worth_it(found: OpenSession) -> timedelta:
    return min(_LONGEST, timedelta(seconds=found.idle_s) / _PART)
