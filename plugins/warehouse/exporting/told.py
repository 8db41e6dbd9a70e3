"""Tells the security events who exported what: a mass read is found by counting them."""

from typing import Final, final

from host import SecurityEvent, SecurityEvents, current

KIND: Final = "export.made"


@final
class ExportNotes:
    """Notes exports."""

    def __init__(self, security_events: SecurityEvents) -> None:
        self._events = security_events

    def note(self, what: str, client: str = "") -> None:
        """Note that whoever acts exports `what`.

        Args:
            client: the peer's IP address, where it is known.
        """
        principal = current().principal
        person = principal.viewed_by or principal.user_id
        self._events.note(SecurityEvent(KIND, "info", person, client, principal.session, detail={"what": what}))
