"""Decides whether a read that may lag behind can go to the replica: is it there, and is it close enough?"""

import math
import threading
import time
from collections import deque
from typing import Final, final

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from host.logs import get_logger

_log: Final = get_logger(__name__)
CHECK_EVERY_S: Final = 1.0
"""Seconds for which an answer holds."""
RETRY_S: Final = 5.0
"""Seconds after which a replica that was away is asked again."""
_PRIMARY: Final = text("SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn")
_REPLICA: Final = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END"
    " - '0/0'::pg_lsn"
)


@final
class ReplicaLag:
    """Measures by what the primary had written when: no clock of a server and no special right is needed.

    Positions of the primary's log are noted with the time; the newest note that the replica has reached tells how far
    it is behind at most. While the primary is away nothing is written, so the distance stays what it was.

    Args:
        replica: engine of the replica.
        primary: engine of the primary.
        max_lag_s: seconds that it may be behind.
    """

    def __init__(self, replica: Engine, primary: Engine, max_lag_s: float) -> None:
        self._replica = replica
        self._primary = primary
        self._max_lag_s = max_lag_s
        self._notes: deque[tuple[float, int]] = deque()
        self._reached_at = -math.inf
        self._written_until = 0.0
        self._primary_answers = True
        self._measuring = threading.Lock()
        self._next_s = 0.0
        self._usable = False
        self.lag_s: float | None = None
        """Seconds behind as of the last look; ``None`` while the replica is away or nobody has looked."""

    def usable(self) -> bool:
        """Tell whether the replica answers and is close enough; asks the servers once a second at most."""
        if time.monotonic() >= self._next_s and self._measuring.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._measuring.release()
        return self._usable

    def is_away(self, error: Exception) -> None:
        """Take note that the replica could not be reached; it is asked again after `RETRY_S`."""
        if self._usable or self.lag_s is not None:
            _log.warning("replica is away, its reads go to the primary", error=str(error).partition("\n")[0])
        self._usable, self.lag_s = False, None
        self._next_s = time.monotonic() + RETRY_S

    def _look(self) -> None:
        self._note_primary()
        try:
            with self._replica.connect() as connection:
                reached = int(connection.scalar(_REPLICA) or 0)
        except SQLAlchemyError as error:
            self.is_away(error)
            return
        self.lag_s = self._behind_s(reached)
        usable = self.lag_s <= self._max_lag_s
        if usable != self._usable:
            _log.warning(
                "replica is used" if usable else "replica lags, its reads go to the primary", lag_s=round(self.lag_s, 1)
            )
        self._usable = usable
        self._next_s = time.monotonic() + min(CHECK_EVERY_S, self._max_lag_s / 2)

    def _note_primary(self) -> None:
        try:
            with self._primary.connect() as connection:
                written = int(connection.scalar(_PRIMARY) or 0)
        except SQLAlchemyError as error:
            if self._primary_answers:
                _log.warning("primary can't be asked how far it is", error=str(error).partition("\n")[0])
                self._written_until = time.monotonic()
            self._primary_answers = False
            return
        self._primary_answers = True
        self._written_until = time.monotonic()
        self._notes.append((self._written_until, written))

    def _behind_s(self, reached: int) -> float:
        while self._notes and self._notes[0][1] <= reached:
            self._reached_at, _ = self._notes.popleft()
        return self._written_until - self._reached_at
