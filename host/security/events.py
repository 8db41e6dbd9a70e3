"""Security events: what the gate, sign-in and permissions notice that an operator should be able to find later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from host.logs import get_logger

EventSeverity = Literal["info", "warning", "alert"]
_log: Final = get_logger("host.security")


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Something that happened around access.

    Args:
        kind: stable name, ``<area>.<what>``: ``"sign_in.failed"``, ``"gate.forged_header"``.
        user_id: whose account it is about; empty where that isn't known.
        client: the peer's IP address.
        session: id of the sign-in session, if there is one.
        device: id of the device cookie.
        detail: further facts, without secrets and without what somebody typed as a password.
    """

    kind: str
    severity: EventSeverity = "info"
    user_id: str = ""
    client: str = ""
    session: str = ""
    device: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


EventListener = Callable[[SecurityEvent], None]


class SecurityEvents:
    """Takes events from anywhere in the process, at once and without waiting; a listener's fault stays its own."""

    def __init__(self) -> None:
        self._listeners: list[EventListener] = []

    def listen(self, listener: EventListener) -> None:
        """Call `listener` for every event, in the thread that notes it."""
        self._listeners.append(listener)

    def note(self, event: SecurityEvent) -> None:
        """Write the event to the log and hand it on."""
        log = _log.info if event.severity == "info" else _log.warning
        own = {"severity": event.severity, "user": event.user_id, "client": event.client}
        # A detail may bear any name; one of the line's own must neither hide it nor be taken for an argument twice.
        told = {f"detail_{name}" if name in {*own, "event"} else name: value for name, value in event.detail.items()}
        log(event.kind, **told, **own)
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception as error:
                _log.error("security event was not taken", kind=event.kind, error=str(error))
