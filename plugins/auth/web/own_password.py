"""The page by which somebody signed in changes the own password."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from plugins.auth.settings import AuthSettings
from plugins.auth.values import Refused
from plugins.auth.web import places
from plugins.auth.web.faults import Fault, from_refusal, missing, of_new_password
from plugins.auth.web.proof import INPUT
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sign_in import SignIn
    from plugins.auth.services.users import Users


class OwnPasswordPage:
    """Asks for the present password with every change; the other devices are signed out."""

    def __init__(self, sign_in: "SignIn", users: "Users", settings: AuthSettings, steps: Steps) -> None:
        self._sign_in = sign_in
        self._users = users
        self._least = settings.password_length
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        return self._submit(visit) if visit.submitted else self._page(visit)

    def _submit(self, visit: Visit) -> Response:
        faults = missing(visit, INPUT) + of_new_password(visit)
        if faults:
            return self._page(visit, faults)
        own = visit.signed_in
        old, new = visit.typed(INPUT), visit.typed("password")
        answer = self._sign_in.change_password(own.session, old, new, visit.credentials)
        if not isinstance(answer, Refused):
            self._steps.settle()
            return self._steps.keep(visit.to(places.ACCOUNT_PASSWORD, done="yes"), answer.begun)
        wrong = [Fault(each.message, each.field or INPUT) for each in from_refusal(visit, answer, "fault.confirm")]
        return self._page(visit, wrong, answer)

    def _page(self, visit: Visit, faults: list[Fault] | None = None, refused: Refused | None = None) -> Response:
        own = self._users.own(visit.signed_in.user_id)
        done = visit.request.query_params.get("done") == "yes" and visit.request.method == "GET"
        return visit.page(
            "account-password.html", faults or (), refused=refused, least=self._least, login=own.login, done=done
        )
