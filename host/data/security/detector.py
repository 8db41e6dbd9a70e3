"""Looks for attacks in what all processes have written, one process at a time, and raises alerts once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from host.config import DetectionConfig
from host.data.access_tables import SecurityEventRow
from host.data.clock import now
from host.data.database import Database
from host.data.protection.tables import RevealRow
from host.data.security.pending import Pending
from host.data.security.writer import row_of
from host.data.turns import Turns
from host.data.unit_of_work import UnitOfWork
from host.security.detection import Alert, Reads, Seen, Window, detect
from host.security.detection.rules import WATCHED
from host.security.events import SecurityEvent, SecurityEvents

EVERY_S: Final = 10.0
"""Seconds between two looks; an alert comes this much later at most, and a second for the writing."""
_LOCK_KEY: Final = 0x48_6F_6C_67
"""Advisory lock that elects the detector on PostgreSQL, for one transaction."""
MOST: Final = 20_000
"""Rows that one look reads, the newest first: a flood is an attack long before it has as many."""
_COLUMNS: Final = (
    SecurityEventRow.at, SecurityEventRow.kind, SecurityEventRow.user_id, SecurityEventRow.client,
    SecurityEventRow.session, SecurityEventRow.device, SecurityEventRow.times, SecurityEventRow.detail,
)  # fmt: skip


@final
class Detector:
    """Applies the rules in a thread of its own.

    Every process has one and reads the table, so that an attack spread over processes is seen whole; on PostgreSQL a
    lock lets one look at a time, on SQLite whoever writes is alone. An alert is written in the transaction in which it
    was found to be new, and told to `events` after its commit.
    """

    def __init__(self, database: Database, events: SecurityEvents, limits: DetectionConfig) -> None:
        self._database = database
        self._events = events
        self._limits = limits
        self._turns = Turns(
            "host-security-detection", __name__, EVERY_S, self.look, "security events can't be looked at"
        )

    def start(self) -> None:
        """Start the thread, unless detection is switched off."""
        if self._limits.enabled:
            self._turns.start()

    def stop(self) -> None:
        """Stop the thread and wait for it; stopping twice is no error."""
        self._turns.stop()

    def look(self) -> list[SecurityEvent]:
        """Look once and return the alerts that are new; another process that looks right now does it for all."""
        if not detect(self._window_now()):
            return []  # most looks end here, without the write lock that others need
        raised = self._database.run_tx(self._raise_new)
        for event in raised:
            self._events.note(event)
        return raised

    def _window_now(self) -> Window:
        with self._database.begin(readonly=True) as unit:
            return self._window(unit.session, now(unit.session))

    def _raise_new(self, unit: UnitOfWork) -> list[SecurityEvent]:
        session = unit.session
        if session.get_bind().dialect.name == "postgresql":
            elected = session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK_KEY)))
            if not elected:
                return []
        moment = now(session)
        raised: list[SecurityEvent] = []
        for alert in detect(self._window(session, moment)):
            if not self._is_known(session, alert, moment):
                raised.append(_event(alert, moment))
                session.execute(insert(SecurityEventRow), [row_of(Pending(raised[-1], dict(raised[-1].detail)))])
        return raised

    def _window(self, session: Session, moment: datetime) -> Window:
        limits = self._limits
        longest = timedelta(minutes=max(limits.window_minutes, limits.new_device_minutes))
        recent = SecurityEventRow.at >= moment - longest
        query = select(*_COLUMNS).where(recent, SecurityEventRow.kind.in_(WATCHED))
        rows = session.execute(query.order_by(SecurityEventRow.at.desc()).limit(MOST)).all()
        seen = tuple(Seen(*row) for row in reversed(rows))
        return Window(moment, seen, tuple(self._reveals(session, moment)), limits)

    def _reveals(self, session: Session, moment: datetime) -> Sequence[Reads]:
        oldest = moment - timedelta(minutes=self._limits.window_minutes)
        query = select(RevealRow.user_id, func.count(), func.max(RevealRow.at)).where(RevealRow.at >= oldest)
        return [Reads(*row) for row in session.execute(query.group_by(RevealRow.user_id))]

    def _is_known(self, session: Session, alert: Alert, moment: datetime) -> bool:
        oldest = moment - timedelta(minutes=self._limits.repeat_minutes)
        raised = select(SecurityEventRow.detail).where(
            SecurityEventRow.kind == alert.kind, SecurityEventRow.at >= oldest
        )
        return any(detail.get("subject") == alert.subject for detail in session.scalars(raised))


def _event(alert: Alert, moment: datetime) -> SecurityEvent:
    detail = {"subject": alert.subject, **alert.evidence}
    return SecurityEvent(alert.kind, "alert", alert.user_id, alert.client, alert.session, detail=detail, at=moment)
