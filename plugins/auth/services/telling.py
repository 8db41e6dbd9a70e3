"""After a change of access: the event, and the wait until every process acts by it."""

from datetime import datetime
from typing import final

from host import Database
from host.kernel.acknowledged import Acknowledgements
from host.security.events import EventSeverity, SecurityEvent, SecurityEvents
from plugins.auth.values import Changed


@final
class Telling:
    """Notes changes and waits for the other processes."""

    def __init__(self, database: Database, acknowledgements: Acknowledgements, security_events: SecurityEvents) -> None:
        self._database = database
        self._acknowledgements = acknowledgements
        self._events = security_events

    def done(self, kind: str, user_id: str, by: str, severity: EventSeverity = "info", **detail: object) -> Changed:
        """Note what was done to an account, wait, and tell which processes haven't confirmed.

        Inside somebody's unit of work nothing is committed yet, so there is nothing to wait for.
        """
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in detail.items()}
        event = SecurityEvent(kind, severity, user_id, detail={"by": by, **told})
        unit = self._database.current()
        if unit is not None:
            unit.after_commit(lambda: self._events.note(event))
            return Changed()
        self._events.note(event)
        return self.reached()

    def reached(self) -> Changed:
        """Wait for what was committed last, and tell which processes haven't confirmed."""
        return Changed(self._acknowledgements.wait()) if self._database.current() is None else Changed()
