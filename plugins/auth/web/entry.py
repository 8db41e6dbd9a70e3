"""The sign-in page: login name and password, and a button for every other way to sign in."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import Response

from host import current
from host.web.landing import HOME
from plugins.auth.values import Refused
from plugins.auth.web import places
from plugins.auth.web.faults import Fault, from_refusal, missing
from plugins.auth.web.methods import PASSWORD
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sign_in import SignIn
    from plugins.auth.services.sign_up import SignUp

NOTES: Final = frozenset({"out", "reset", "late"})
"""What other pages may have this one say."""


class SignInPage:
    """Shows the form and takes the password."""

    def __init__(self, sign_in: "SignIn", sign_up: "SignUp", steps: Steps) -> None:
        self._sign_in = sign_in
        self._sign_up = sign_up
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit; who is signed in is led on."""
        if visit.principal is not None:
            return visit.onward()
        if not visit.submitted:
            return self._page(visit)
        faults = missing(visit, "login", "password")
        if faults:
            return self._page(visit, faults)
        remember = bool(visit.typed("remember"))
        answer = self._sign_in.password(visit.typed("login"), visit.typed("password"), visit.credentials, remember)
        if not isinstance(answer, Refused):
            return self._steps.proceed(visit, answer)
        return self._page(visit, from_refusal(visit, answer, "fault.wrong"), answer)

    def _page(self, visit: Visit, faults: list[Fault] | None = None, refused: Refused | None = None) -> Response:
        methods = {owned.value.name: owned for owned in current().application.sign_in_methods}
        others = sorted((each for name, each in methods.items() if name != PASSWORD), key=lambda one: one.value.order)
        return visit.page(
            "sign-in.html",
            faults or (),
            refused=refused,
            note=self._note(visit),
            with_password=PASSWORD in methods,
            methods=[
                (visit.text(each.value.title), _begins(each.plugin, each.value.start, visit.next)) for each in others
            ],
            sign_up_address=visit.link(places.SIGN_UP) if self._sign_up.mode == "open" else "",
        )

    def _note(self, visit: Visit) -> str:
        if visit.request.method != "GET":
            return ""
        asked = visit.request.query_params.get("note", "")
        ended = "ended" if self._steps.ended(visit) else ""
        return asked if asked in NOTES else ended


def _begins(plugin: str, start: str, onward: str) -> str:
    return f"/x/{plugin}{start}" + (f"?{urlencode({'next': onward})}" if onward != HOME else "")
