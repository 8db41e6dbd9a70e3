"""From one step of signing in to the next: which page follows an answer, and which session waits for one."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from plugins.auth.services.session_tokens import cookie_name
from plugins.auth.values import Begun, Done, NeedsCode, NeedsNewPassword, PendingSession, SessionState
from plugins.auth.web import cookies, places
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sessions import Sessions
    from plugins.auth.services.telling import Telling


class Steps:
    """Keeps the session's cookie in step with the session.

    Args:
        telling: waits until every process acts by what was changed.
        tls: whether browsers see the app by TLS.
    """

    def __init__(self, sessions: "Sessions", telling: "Telling", *, tls: bool) -> None:
        self._sessions = sessions
        self._telling = telling
        self._tls = tls

    def pending(self, visit: Visit, state: SessionState) -> PendingSession | None:
        """Return the visit's session if it waits for what `state` says."""
        found = self._sessions.half_way(visit.credentials)
        return found if found is not None and found.state == state else None

    def ended(self, visit: Visit) -> bool:
        """Tell whether the visit still has the cookie of a session that is over."""
        known = visit.credentials.cookies.get(cookie_name(behind_tls=self._tls), "")
        return known != "" and visit.principal is None and self._sessions.half_way(visit.credentials) is None

    def proceed(self, visit: Visit, answer: Done | NeedsCode | NeedsNewPassword) -> Response:
        """Lead on to what comes next, with the session's new token."""
        match answer:
            case NeedsCode():
                response = visit.to(places.CODE)
            case NeedsNewPassword():
                response = visit.to(places.NEW_PASSWORD)
            case Done():
                response = visit.onward()
        return self.keep(response, answer.begun)

    def keep(self, response: Response, begun: Begun) -> Response:
        """Return `response` with the session's token for the browser."""
        cookies.keep(response, begun, tls=self._tls)
        return response

    def drop(self, response: Response) -> Response:
        """Return `response`, which takes the session's token from the browser."""
        cookies.drop(response, tls=self._tls)
        return response

    def settle(self) -> None:
        """Wait until no process takes the tokens any more that were just ended: only then it may be said."""
        self._telling.reached()

    def begin_anew(self, visit: Visit) -> Response:
        """Lead back to the sign-in page: the session between password and app is gone, or was none."""
        return visit.to(places.SIGN_IN, note="late")
