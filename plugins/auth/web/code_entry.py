"""The page between password and app that asks for the code of the authenticator, or a recovery code."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from plugins.auth.values import PendingSession, Refused
from plugins.auth.web.faults import Fault, from_refusal, missing
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sign_in import SignIn


class CodePage:
    """Takes the second factor of a session whose password was right."""

    def __init__(self, sign_in: "SignIn", steps: Steps) -> None:
        self._sign_in = sign_in
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        if visit.principal is not None:
            return visit.onward()
        pending = self._steps.pending(visit, "code")
        if pending is None:
            return self._steps.begin_anew(visit)
        return self._submit(visit, pending) if visit.submitted else _page(visit)

    def _submit(self, visit: Visit, pending: PendingSession) -> Response:
        faults = missing(visit, "code")
        if faults:
            return _page(visit, faults)
        answer = self._sign_in.code(pending.id, visit.typed("code"), visit.credentials)
        if not isinstance(answer, Refused):
            return self._steps.proceed(visit, answer)
        if answer.reason == "ended":
            return self._steps.drop(self._steps.begin_anew(visit))
        return _page(visit, from_refusal(visit, answer, "fault.recovery" if _recovery(visit) else "fault.code"), answer)


def _recovery(visit: Visit) -> bool:
    return visit.request.query_params.get("with") == "recovery"


def _page(visit: Visit, faults: list[Fault] | None = None, refused: Refused | None = None) -> Response:
    placed = [Fault(each.message, "code") for each in faults or ()]
    return visit.page("code.html", placed, refused=refused, recovery=_recovery(visit))
