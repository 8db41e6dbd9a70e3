"""Security events as operators read them: by page, by person, by hour, and the alerts that wait for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, final

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from host.data.access_tables import AlertAnswerRow, SecurityEventRow
from host.data.database import Database
from host.security.detection import ALERT_AREA

HOURS: Final = 24
_HOUR: Final = timedelta(hours=1)
_NEWEST_FIRST: Final = (SecurityEventRow.id.desc(),)


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """Who looked into an alert, and what came out."""

    at: datetime
    user_id: str
    user_name: str
    note: str


@final
@dataclass(frozen=True, slots=True)
class EventReading:
    """One security event; `times` equal ones within a minute.

    Args:
        answer: to an alert, if there is one.
    """

    id: int
    at: datetime
    kind: str
    severity: str
    user_id: str
    client: str
    session: str
    device: str
    times: int
    detail: dict[str, Any]
    answer: Answer | None = None

    @property
    def rule(self) -> str:
        """Name of the rule that raised it; empty for an event that is no alert."""
        return self.kind.removeprefix(ALERT_AREA) if self.kind.startswith(ALERT_AREA) else ""


@final
@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; empty parts ask for nothing.

    Args:
        kind: a kind, or an area that ends with a dot: ``"sign_in."``.
        user: id of the person, about whom or by whom.
        network: an address, or the beginning of one: ``"10.1."``.
    """

    kind: str = ""
    severity: str = ""
    user: str = ""
    network: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL."""
        row, found = SecurityEventRow, []
        if self.kind:
            area = self.kind.endswith(".")
            found.append(row.kind.startswith(self.kind, autoescape=True) if area else row.kind == self.kind)
        if self.severity:
            found.append(row.severity == self.severity)
        if self.user:
            found.append(row.user_id == self.user)
        if self.network:
            found.append(row.client.startswith(self.network, autoescape=True))
        if self.since:
            found.append(row.at >= self.since)
        if self.until:
            found.append(row.at < self.until)
        return found


@final
@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, newest first, and where older ones begin."""

    events: tuple[EventReading, ...]
    older: int | None


@final
class SecurityReader:
    """Reads security events; whoever calls it has asked for permission."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: EventFilter, before: int | None = None, rows: int = 50) -> EventPage:
        """Return the newest events that match, older than the event `before`."""
        conditions = wanted.conditions()
        if before is not None:
            conditions.append(SecurityEventRow.id < before)
        query = _query().where(*conditions).order_by(*_NEWEST_FIRST).limit(rows + 1)
        found = self._read(query)
        return EventPage(tuple(found[:rows]), found[rows - 1].id if len(found) > rows else None)

    def alerts(self, *, answered: bool = False, since: datetime | None = None, rows: int = 100) -> list[EventReading]:
        """Return the alerts that wait for an answer, newest first.

        Args:
            answered: those that have one, too.
        """
        conditions = [SecurityEventRow.kind.startswith(ALERT_AREA, autoescape=True)]
        if not answered:
            conditions.append(AlertAnswerRow.event_id.is_(None))
        if since is not None:
            conditions.append(SecurityEventRow.at >= since)
        return self._read(_query().where(*conditions).order_by(*_NEWEST_FIRST).limit(rows))

    def counts(self, until: datetime | None = None) -> dict[str, list[int]]:
        """Return kind → events in each of the last 24 hours, the oldest hour first."""
        end = until or datetime.now(UTC)
        begin = end - HOURS * _HOUR
        row = SecurityEventRow
        # Borders instead of a function: the databases know none in common that cuts a moment to its hour.
        hour = case(*((row.at < begin + (number + 1) * _HOUR, number) for number in range(HOURS)), else_=HOURS - 1)
        query = select(row.kind, hour.label("hour"), func.sum(row.times)).where(row.at >= begin, row.at <= end)
        counts: dict[str, list[int]] = {}
        with self._database.begin(readonly=True, may_lag=True) as unit:
            for kind, number, times in unit.session.execute(query.group_by(row.kind, "hour")):
                counts.setdefault(kind, [0] * HOURS)[number] = int(times)
        return dict(sorted(counts.items(), key=lambda each: (-sum(each[1]), each[0])))

    def kinds(self) -> list[str]:
        """Return every kind that there is."""
        with self._database.begin(readonly=True, may_lag=True) as unit:
            return list(unit.session.scalars(select(SecurityEventRow.kind).distinct().order_by(SecurityEventRow.kind)))

    def _read(self, query: Select[SecurityEventRow, AlertAnswerRow]) -> list[EventReading]:
        with self._database.begin(readonly=True) as unit:
            return [_reading(row) for row in unit.session.execute(query)]


def names_of(events: Iterable[EventReading]) -> set[str]:
    """Return every user id that the events name."""
    answered = (each.answer.user_id for each in events if each.answer)
    return {each.user_id for each in events} | {str(each.detail.get("by", "")) for each in events} | set(answered)


def _query() -> Select[SecurityEventRow, AlertAnswerRow]:
    return select(SecurityEventRow, AlertAnswerRow).outerjoin(
        AlertAnswerRow, AlertAnswerRow.event_id == SecurityEventRow.id
    )


def _reading(row: Row[SecurityEventRow, AlertAnswerRow]) -> EventReading:
    event, answer = row
    answered = Answer(answer.at, answer.user_id, answer.user_name, answer.note) if answer else None
    return EventReading(
        event.id, event.at, event.kind, event.severity, event.user_id, event.client, event.session, event.device,
        event.times, event.detail, answered,
    )  # fmt: skip
