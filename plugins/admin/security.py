"""Security events as operators see them; every reading and every answer checks the permission of who asks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final, final

from host import authorize, current
from host.data.security.answering import Answers
from host.data.security.reading import EventFilter, EventPage, EventReading, SecurityReader
from plugins.admin.permissions import SECURITY
from plugins.admin.security_params import SecurityParams

ROWS: Final = 25


@final
@dataclass(frozen=True, slots=True)
class SecurityDesk:
    """One operator's view.

    Args:
        zone: in which days begin and end.
    """

    reader: SecurityReader
    answers: Answers
    zone: tzinfo | None

    def open_alerts(self) -> list[EventReading]:
        """Return the alerts that wait for an answer, newest first.

        Raises:
            PermissionDeniedError: the reader may not see them; so do all the others.
        """
        authorize(SECURITY)
        return self.reader.alerts()

    def page(self, params: SecurityParams) -> EventPage:
        """Return the events that the address asks for."""
        authorize(SECURITY)
        return self.reader.page(self._filter(params), params.before, ROWS)

    def counts(self) -> dict[str, list[int]]:
        """Return kind → events in each of the last 24 hours."""
        authorize(SECURITY)
        return self.reader.counts()

    def kinds(self) -> list[str]:
        """Return every kind that there is."""
        authorize(SECURITY)
        return self.reader.kinds()

    def answer(self, event_id: int, note: str) -> None:
        """Answer an alert.

        Raises:
            ValidationError: it is answered already, or the note says nothing.
        """
        authorize(SECURITY)
        self.answers.give(event_id, note)

    def name_of(self, user_id: str) -> str:
        """Return what a person is called, if whoever keeps the accounts knows them, else the id itself."""
        authorize(SECURITY)
        known = current().application.principal(user_id) if user_id else None
        return known.name if known is not None else user_id

    def _filter(self, params: SecurityParams) -> EventFilter:
        until = params.until + timedelta(days=1) if params.until else None
        return EventFilter(
            kind=params.kind,
            severity=params.severity,
            user=params.user,
            network=params.network,
            since=datetime.combine(params.since, time(), self.zone).astimezone() if params.since else None,
            until=datetime.combine(until, time(), self.zone).astimezone() if until else None,
        )
