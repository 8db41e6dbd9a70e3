"""Tells the security events about denials: once a minute for each person and reason, however often a page reruns."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from host.contracts.principal import Principal
from host.security.events import SecurityEvent, SecurityEvents

QUIET_S: Final = 60.0
"""Seconds in which the same denial is only counted."""
MOST_KEPT: Final = 10_000
"""Denials that are remembered; the oldest is forgotten first."""

_Key = tuple[str, str, str]


@dataclass
class _Told:
    at: float
    repeats: int = 0


class Denials:
    """Notes who was refused what.

    Args:
        events: where the denials go.
    """

    def __init__(self, events: SecurityEvents) -> None:
        self._events = events
        self._told: OrderedDict[_Key, _Told] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, principal: Principal, permission: str, why: str, *, page: str = "", client: str = "") -> None:
        """Note that `principal` was refused `permission`.

        Args:
            why: in one line, for operators.
            page: path of the page that asked, if one did.
            client: the peer's IP address, where it is known.
        """
        person = principal.viewed_by or principal.user_id
        repeats = self._repeats((person, permission, why))
        if repeats is None:
            return
        detail = {"permission": permission, "why": why, "page": page, "repeats": repeats}
        if principal.viewed_by:
            detail["viewing"] = principal.user_id
        self._events.note(
            SecurityEvent(
                "authz.denied",
                "warning",
                user_id=person,
                client=client,
                session=principal.session,
                detail={name: value for name, value in detail.items() if value},
            )
        )

    def _repeats(self, key: _Key) -> int | None:
        """Return how often the same was left out since it was last told, ``None`` while it is left out."""
        now = time.monotonic()
        with self._lock:
            before = self._told.pop(key, None)
            if before is not None and now - before.at < QUIET_S:
                before.repeats += 1
                self._told[key] = before
                return None
            self._told[key] = _Told(now)
            if len(self._told) > MOST_KEPT:
                self._told.popitem(last=False)
            return before.repeats if before is not None else 0
