"""Signing out: only by a form, so that no link or picture elsewhere can do it."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from plugins.auth.web import places
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sign_in import SignIn


class SignOut:
    """Ends the session on the server, then takes its traces from the browser."""

    def __init__(self, sign_in: "SignIn", steps: Steps) -> None:
        self._sign_in = sign_in
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit; with no session there is nothing to end, and the answer is the same."""
        if visit.principal is not None and visit.principal.session:
            self._sign_in.out(visit.principal.session)
            self._steps.settle()
        response = self._steps.drop(visit.to(places.SIGN_IN, note="out"))
        # Pictures and files of the session leave the browser; the device's id and what was typed here stay.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response
