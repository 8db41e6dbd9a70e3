"""Seeing the app as somebody else does: begun and ended by a form, so that the browser loads everything anew."""

from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response

from host import PermissionDeniedError, ValidationError
from host.web.landing import HOME
from plugins.auth.web import places
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sessions import Sessions

BEGIN: Final = f"{places.BASE}{places.VIEW_AS}"


class BeginViewAs:
    """Lets the visitor's session look through the eyes of the person that the form names."""

    def __init__(self, sessions: "Sessions") -> None:
        self._sessions = sessions

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit; what isn't allowed leads back to where it was asked for, and changes nothing."""
        user_id = visit.typed("user")
        if visit.principal is not None and visit.principal.session:
            try:
                self._sessions.view_as(visit.principal.session, user_id)
            except (ValidationError, PermissionDeniedError):
                # The page of the person says what is possible: the button was there for somebody else, or long ago.
                return RedirectResponse("/?page=auth/users", 303)
        return RedirectResponse(HOME, 303)


class EndViewAs:
    """Lets the visitor's session see the app as the visitor again."""

    def __init__(self, sessions: "Sessions") -> None:
        self._sessions = sessions

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit; where nobody looks through other eyes nothing changes."""
        if visit.principal is not None and visit.principal.viewed_by:
            seen = visit.principal.user_id
            self._sessions.view_as(visit.principal.session, None)
            return RedirectResponse(f"/?page=auth/user&id={seen}", 303)
        return RedirectResponse(HOME, 303)
