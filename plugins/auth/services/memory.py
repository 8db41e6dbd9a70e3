"""What a process remembers about who is signed in: forgotten at every change, with all that was read before it."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar, final

from host import Principal
from plugins.auth.services.policies import Ruling

T = TypeVar("T")
MOST: Final = 10_000
"""Sessions, and people, that are remembered; who was asked about longest ago goes first."""


@final
@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session of somebody who is signed in, as it was read."""

    id: str
    token_hash: bytes
    user_id: str
    view_as: str | None
    seen_at: datetime
    idle_s: int
    ends_at: datetime

    def goes_on(self, now: datetime, active_at: datetime | None) -> bool:
        """Tell whether it has not run out, given when this process last saw the person active."""
        seen = max(self.seen_at, active_at) if active_at else self.seen_at
        return now < self.ends_at and now - seen <= timedelta(seconds=self.idle_s)


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """What a person may do, and until when that is sure without looking again."""

    principal: Principal
    until: datetime | None


class _Recent(Generic[T]):
    """The values that were asked for most recently."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.values: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        value = self.values.get(key)
        if value is not None:
            self.values.move_to_end(key)
        return value

    def put(self, key: str, value: T) -> list[T]:
        """Keep a value and return those that had to go."""
        self.values[key] = value
        self.values.move_to_end(key)
        return [self.values.popitem(last=False)[1] for _ in range(len(self.values) - self._most)]


@final
class Memory:
    """Sessions, standings and the policy, for any number of threads.

    Args:
        most: sessions, and standings, to keep.
    """

    def __init__(self, most: int = MOST) -> None:
        self._lock = threading.Lock()
        self._sessions = _Recent[OpenSession](most)
        self._standings = _Recent[Standing](most)
        self._by_token: dict[bytes, str] = {}
        self._ruling: Ruling | None = None
        self._generation = 0

    @property
    def generation(self) -> int:
        """Counts the changes: what was read in an earlier one may be stale."""
        return self._generation

    def session(self, session_id: str) -> OpenSession | None:
        """Return a remembered session."""
        with self._lock:
            return self._sessions.get(session_id)

    def session_of(self, digest: bytes) -> OpenSession | None:
        """Return the remembered session with this token."""
        with self._lock:
            session_id = self._by_token.get(digest)
            return self._sessions.get(session_id) if session_id else None

    def sessions(self) -> list[OpenSession]:
        """Return every remembered session."""
        with self._lock:
            return list(self._sessions.values.values())

    def standing(self, user_id: str, now: datetime) -> Standing | None:
        """Return a remembered standing that is sure at `now`."""
        with self._lock:
            found = self._standings.get(user_id)
        return None if found is None or (found.until is not None and found.until <= now) else found

    def ruling(self) -> Ruling | None:
        """Return the remembered policy."""
        return self._ruling

    def keep_session(self, found: OpenSession, generation: int) -> None:
        """Remember a session that was read in `generation`."""

        def keep() -> None:
            self._drop_session(found.id)
            self._by_token[found.token_hash] = found.id
            for gone in self._sessions.put(found.id, found):
                self._by_token.pop(gone.token_hash, None)

        self._unless_stale(generation, keep)

    def keep_standing(self, found: Standing, generation: int) -> None:
        """Remember a standing that was read in `generation`."""
        self._unless_stale(generation, lambda: self._standings.put(found.principal.user_id, found))

    def keep_ruling(self, found: Ruling, generation: int) -> None:
        """Remember a policy that was read in `generation`."""

        def keep() -> None:
            self._ruling = found

        self._unless_stale(generation, keep)

    def saw(self, session_id: str, at: datetime) -> None:
        """Remember what was written down about a session's last activity."""
        with self._lock:
            found = self._sessions.values.get(session_id)
            if found is not None and found.seen_at < at:
                self._sessions.values[session_id] = replace(found, seen_at=at)

    def forget(self, key: str) -> None:
        """Forget what a change is about; an unknown or empty key stands for everything."""
        kind, _, id_ = key.partition(":")
        with self._lock:
            self._generation += 1
            if kind == "session" and id_:
                self._drop_session(id_)
            elif kind == "user" and id_:
                self._standings.values.pop(id_, None)
            else:
                self._ruling = None
                self._standings.values.clear()
                if key != "roles":
                    self._sessions.values.clear()
                    self._by_token.clear()

    def _drop_session(self, session_id: str) -> None:
        gone = self._sessions.values.pop(session_id, None)
        if gone is not None:
            self._by_token.pop(gone.token_hash, None)

    def _unless_stale(self, generation: int, keep: Callable[[], object]) -> None:
        with self._lock:
            if generation == self._generation:
                keep()
