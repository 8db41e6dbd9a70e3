"""What the gate tells the security events: the same facts about the sender each time, whatever happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from host.contracts.principal import Principal
from host.security.events import EventSeverity, SecurityEvent, SecurityEvents
from host.web import device
from host.web import scope as scopes
from host.web.allowance import WINDOW_S, network
from host.web.rates import Answer, BoundedMemory, Rate

TOLD: Final = 100
"""Incidents of one kind that one sender gets told of within `WINDOW_S`."""
_NAMES: Final = 3
"""Segments of a path that name something; further ones may be ids and tokens."""


@dataclass(frozen=True, slots=True)
class Incidents:
    """Notes incidents at the gate."""

    events: SecurityEvents
    told: Rate = field(default_factory=lambda: Rate("told", TOLD, WINDOW_S, BoundedMemory()))

    def worth_telling(self, what: str, scope: Mapping[str, Any]) -> Answer:
        """Tell whether `what` by this sender is still news: whoever floods must not wash older lines out of the log."""
        client = scope.get("client")
        return self.told.take(f"{what} {network(client[0] if client else None)}")

    def note(
        self,
        kind: str,
        scope: Mapping[str, Any],
        principal: Principal | None = None,
        severity: EventSeverity = "warning",
        **detail: Any,
    ) -> None:
        """Note that something happened with the request of `scope`; a sender's flood of it is noted in part.

        Args:
            kind: ``gate.<what>``.
            principal: who was let in with it, if anybody.
            detail: further facts.
        """
        answer = self.worth_telling(kind, scope)
        if answer is Answer.NO:
            return
        if answer is Answer.FIRST_NO:
            detail["flood"] = True
        client = scope.get("client")
        self.events.note(
            SecurityEvent(
                kind,
                severity,
                user_id=principal.user_id if principal is not None else "",
                client=client[0] if client else "",
                session=principal.session if principal is not None else "",
                device=device.fingerprint(device.known_device(scopes.cookies(scope))),
                detail={"path": _place(scope["path"]), **detail},
            )
        )


def _place(path: str) -> str:
    """Return what a path names, without what it hands over: events are kept, and links carry tokens."""
    segments = path.split("/")
    return "/".join(segments[: _NAMES + 1]) + ("/…" if len(segments) > _NAMES + 1 else "")
