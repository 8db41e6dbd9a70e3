"""Whether somebody who was let in may still be there."""

from dataclasses import dataclass
from typing import Final, Self

from host.contracts.auth import Authenticator, SessionAuthenticator
from host.contracts.principal import Principal
from host.logs import get_logger, report_error

SIGNED_OUT: Final = 4401
"""WebSocket code for "no longer signed in": the browser clears the page and goes to sign-in."""
SERVICE_RESTART: Final = 1012
"""WebSocket code upon which the browser connects again by itself, into a session of its own."""

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why somebody may not stay, as the WebSocket is told."""

    code: int
    reason: str


GONE: Final = Ending(SIGNED_OUT, "signed out")
CHANGED: Final = Ending(SERVICE_RESTART, "permissions have changed")
UNKNOWN: Final = Ending(SERVICE_RESTART, "sign-in does not answer")


@dataclass(frozen=True, slots=True)
class Seat:
    """Who was let in, as far as it must stay the same."""

    user_id: str
    session: str
    epoch: str
    viewed_by: str

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """Return the seat of `principal`."""
        return cls(principal.user_id, principal.session, principal.epoch, principal.viewed_by)


class Standing:
    """Compares seats with what the authenticator knows now.

    Args:
        authenticator: may ask its database, so it is asked in threads only, never on the event loop.
    """

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self._sessions = authenticator if isinstance(authenticator, SessionAuthenticator) else None

    def ending(self, seat: Seat) -> Ending | None:
        """Return why `seat` must be left, ``None`` when all is as it was; an error counts as a reason."""
        try:
            found = self._now(seat)
        except Exception as error:
            report_error(_log, error, part="sign-in", user=seat.user_id)
            return UNKNOWN
        if found is None:
            return GONE
        return None if Seat.of(found) == seat else CHANGED

    def active(self, principal: Principal | None) -> None:
        """Take note that the person behind `principal` did something."""
        if self._sessions is not None and principal is not None and principal.session:
            self._sessions.active(principal.session)

    def _now(self, seat: Seat) -> Principal | None:
        if self._sessions is not None:
            return self._sessions.signed_in(seat.user_id, seat.session)
        return self._authenticator.principal(seat.user_id)
