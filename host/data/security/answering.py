"""Answers alerts: somebody says that they looked into one and what came out; recorded in the audit like any write."""

from datetime import UTC, datetime
from typing import Final, final

from sqlalchemy.exc import IntegrityError

from host.data.access_tables import AlertAnswerRow, SecurityEventRow
from host.data.actor import ActorSource
from host.data.database import Database
from host.data.unit_of_work import UnitOfWork
from host.errors import ValidationError
from host.security.detection import ALERT_AREA

LONGEST_NOTE: Final = 1000


@final
class Answers:
    """Takes answers; whoever calls it has asked for permission.

    Args:
        actor: says who answers.
    """

    def __init__(self, database: Database, actor: ActorSource) -> None:
        self._database = database
        self._actor = actor

    def give(self, event_id: int, note: str) -> None:
        """Answer one alert; the first answer stands.

        Args:
            note: what came out, 1 to 1,000 characters.

        Raises:
            ValidationError: there is no such alert, it is answered, or the note is empty or too long.
        """
        told = note.strip()
        if not told or len(told) > LONGEST_NOTE:
            raise ValidationError(f"Say in 1 to {LONGEST_NOTE} characters what came out.")
        try:
            self._database.run_tx(lambda unit: self._write(unit, event_id, told))
        except IntegrityError as error:
            raise _answered(event_id) from error

    def _write(self, unit: UnitOfWork, event_id: int, note: str) -> None:
        event = unit.session.get(SecurityEventRow, event_id)
        if event is None or not event.kind.startswith(ALERT_AREA):
            raise ValidationError(f"There is no alert {event_id}.", remedy="See what there is: app security alerts")
        if unit.session.get(AlertAnswerRow, event_id) is not None:
            raise _answered(event_id)
        actor = self._actor()
        row = AlertAnswerRow(event_id=event_id, at=datetime.now(UTC), note=note)
        row.user_id, row.user_name = actor.user_id, actor.name
        unit.session.add(row)


def _answered(event_id: int) -> ValidationError:
    return ValidationError(f"Alert {event_id} is answered already.", remedy="Load the list again to see the answer.")
