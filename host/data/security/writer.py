"""Writes security events from a thread of its own: whoever notes one waits for nothing."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, final

from sqlalchemy import insert, update
from sqlalchemy.exc import SQLAlchemyError

from host.data.access_tables import SecurityEventRow
from host.data.database import Database
from host.data.security.pending import MOST, MOST_ORDINARY, Key, Pending, bounded, cut, key_of, minute_at, minute_of
from host.data.turns import Turns
from host.data.unit_of_work import UnitOfWork
from host.errors import HostError
from host.logs import get_logger
from host.logs.redaction import redact_event
from host.security.detection import ALERT_AREA
from host.security.events import SecurityEvent

_log: Final = get_logger(__name__)
EVERY_S: Final = 1.0
"""Seconds between two looks at what waits."""
DROPPED: Final = "events.dropped"
"""Kind of the event that tells how many found no room."""


@final
class EventWriter:
    """Takes events from a process's `SecurityEvents` and writes them in batches.

    While the database is away what waits stays, up to `MOST` different events; how many found no room is told in the
    log and as an event of its own. If a commit's outcome stays unknown the batch is written again: twice is better
    than never.
    """

    def __init__(self, database: Database, *, most: int = MOST, most_ordinary: int = MOST_ORDINARY) -> None:
        self._database = database
        self._most, self._most_ordinary = most, most_ordinary
        self._lock = threading.Lock()
        self._waiting: dict[Key, Pending] = {}
        self._written: dict[Key, int] = {}
        self._dropped = 0
        self._flushing = threading.Lock()
        self._turns = Turns("host-security-events", __name__, EVERY_S, self.flush, "security events wait to be written")

    @property
    def waiting(self) -> int:
        """Different events that wait to be written."""
        return len(self._waiting)

    def take(self, event: SecurityEvent) -> None:
        """Keep `event` until it is written; never waits for the database."""
        if event.kind.startswith(ALERT_AREA):
            return  # written already, in the transaction that raised it
        detail = bounded(event.detail)
        key = key_of(event, detail)
        with self._lock:
            known = self._waiting.get(key)
            if known is not None:
                known.times += 1
            elif len(self._waiting) < (self._most_ordinary if event.severity == "info" else self._most):
                self._waiting[key] = Pending(replace(event, detail={}), detail)
            else:
                self._dropped += 1

    def start(self) -> None:
        """Start the thread."""
        self._turns.start()

    def close(self) -> None:
        """Stop the thread, if there is one, and write what waits; closing twice is no error."""
        self._turns.stop()
        try:
            self.flush()
        except (SQLAlchemyError, HostError, OSError) as error:
            _log.error("security events were lost at the end", count=self.waiting, error=str(error))

    def flush(self) -> int:
        """Write what waits, in one transaction, and return how many rows were made.

        Raises:
            DatabaseUnavailableError: the database is away; everything still waits.
        """
        with self._flushing:
            batch = self._taken()
            if not batch:
                return 0
            try:
                with self._database.begin() as unit:
                    made = self._write(unit, batch)
            except BaseException:
                self._put_back(batch)
                raise
            self._remember(made)
            return len(made)

    def _taken(self) -> dict[Key, Pending]:
        with self._lock:
            batch, self._waiting = self._waiting, {}
            dropped, self._dropped = self._dropped, 0
        if dropped:
            _log.warning("security events found no room", count=dropped)
            lost = Pending(SecurityEvent(DROPPED, "warning"), {}, dropped)
            batch[key_of(lost.event, lost.detail)] = lost
        return batch

    def _put_back(self, batch: dict[Key, Pending]) -> None:
        with self._lock:
            for key, pending in batch.items():
                newer = self._waiting.get(key)
                if newer is not None:
                    newer.times += pending.times
                elif pending.event.kind == DROPPED:
                    self._dropped += pending.times
                elif len(self._waiting) < self._most:
                    self._waiting[key] = pending
                else:
                    self._dropped += pending.times

    def _write(self, unit: UnitOfWork, batch: dict[Key, Pending]) -> dict[Key, int]:
        made: dict[Key, int] = {}
        for key, pending in batch.items():
            if key in self._written:
                counted = update(SecurityEventRow).where(SecurityEventRow.id == self._written[key])
                unit.session.execute(counted.values(times=SecurityEventRow.times + pending.times))
        new = [key for key in batch if key not in self._written]
        if new:
            statement = insert(SecurityEventRow).returning(SecurityEventRow.id, sort_by_parameter_order=True)
            ids = unit.session.scalars(statement, [row_of(batch[key]) for key in new]).all()
            made = dict(zip(new, ids, strict=True))
        return made

    def _remember(self, made: dict[Key, int]) -> None:
        oldest = minute_at(datetime.now(UTC)) - 1
        kept = {key: id_ for key, id_ in self._written.items() if minute_of(key) >= oldest}
        # Equal events of a flood of different ones become several rows; that costs less than remembering them all.
        self._written = kept | made if len(kept) + len(made) <= self._most else made


def row_of(pending: Pending) -> dict[str, Any]:
    """Return the columns of an event, its detail without secrets."""
    event = pending.event
    return {
        "at": event.at,
        "kind": cut(event.kind, 60),
        "severity": event.severity,
        "user_id": cut(event.user_id, 100),
        "client": cut(event.client, 64),
        "session": cut(event.session, 64),
        "device": cut(event.device, 64),
        "times": pending.times,
        # One level down: names that are a log line's own bookkeeping aren't passed over there.
        "detail": redact_event(None, "", {"detail": pending.detail})["detail"],
    }
