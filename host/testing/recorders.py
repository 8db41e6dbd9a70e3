"""Listens along: the events that were delivered and the errors that were reported while a test ran."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from host.contracts.events import Event
from host.kernel.events import EventBus

E = TypeVar("E", bound=Event)
OWNER: Final = "test"


@dataclass
class EventRecorder:
    """Every event that the bus delivered, oldest first; one that was rolled back is not among them."""

    seen: list[Event] = field(default_factory=list)

    def listen(self, bus: EventBus) -> None:
        """Hear every event of `bus` from now on."""
        bus.subscribe(OWNER, Event, self.seen.append)

    def of(self, kind: type[E]) -> list[E]:
        """Return the events of `kind`."""
        return [event for event in self.seen if isinstance(event, kind)]


@dataclass(frozen=True, slots=True)
class ReportedError:
    """An error that the host caught, reported and contained.

    Args:
        headline: type and message.
        traceback: as logged, already redacted.
        context: what else the log line says, such as ``plugin`` and ``page``.
    """

    id: str
    headline: str
    traceback: str
    context: dict[str, Any]

    def __str__(self) -> str:
        where = ", ".join(
            f"{name} {self.context[name]}" for name in ("plugin", "page", "stage") if name in self.context
        )
        return f"{self.headline} [{where}]\n{self.traceback}"


class ErrorRecorder(logging.Handler):
    """Collects reported errors off the log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[ReportedError] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record that is a reported error."""
        line = record.msg if isinstance(record.msg, dict) else {}
        if "error_id" in line:
            self.errors.append(
                ReportedError(line["error_id"], str(line.get("event", "")), str(line.get("exception", "")), dict(line))
            )

    @contextmanager
    def listening(self) -> Iterator["ErrorRecorder"]:
        """Listen for the block."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield self
        finally:
            root.removeHandler(self)
