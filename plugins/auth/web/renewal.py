"""The page between password and app that asks for a new password, because somebody else knows the old one."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from plugins.auth.settings import AuthSettings
from plugins.auth.values import PendingSession, Refused
from plugins.auth.web.faults import Fault, from_refusal, of_new_password
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sign_in import SignIn


class NewPasswordPage:
    """Takes the new password of a session that proved everything else."""

    def __init__(self, sign_in: "SignIn", settings: AuthSettings, steps: Steps) -> None:
        self._sign_in = sign_in
        self._least = settings.password_length
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        if visit.principal is not None:
            return visit.onward()
        pending = self._steps.pending(visit, "renew")
        if pending is None:
            return self._steps.begin_anew(visit)
        return self._submit(visit, pending) if visit.submitted else self._page(visit)

    def _submit(self, visit: Visit, pending: PendingSession) -> Response:
        faults = of_new_password(visit)
        if faults:
            return self._page(visit, faults)
        answer = self._sign_in.new_password(pending.id, visit.typed("password"))
        if not isinstance(answer, Refused):
            self._steps.settle()
            return self._steps.proceed(visit, answer)
        if answer.reason == "ended":
            return self._steps.drop(self._steps.begin_anew(visit))
        return self._page(visit, from_refusal(visit, answer, "fault.wrong"), answer)

    def _page(self, visit: Visit, faults: list[Fault] | None = None, refused: Refused | None = None) -> Response:
        return visit.page("new-password.html", faults or (), refused=refused, least=self._least)
