"""The form of a new account: the first one, one by invitation, or one that anybody may make where that is open."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from plugins.auth.problems import InputError
from plugins.auth.services.hash_slots import HashingBusyError
from plugins.auth.values import Refused
from plugins.auth.web import places
from plugins.auth.web.faults import Fault, from_problems, from_refusal, missing, of_new_password
from plugins.auth.web.gone import Gone, gone
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sign_in import SignIn

Kind = Literal["setup", "sign_up"]


class JoinPage:
    """Makes an account and signs its owner in.

    Args:
        kind: prefix of the page's texts.
        least: characters of a password.
        closed: tells why the visit can't make an account, ``None`` where it can; uses nothing up.
        make: makes the account of what the visit typed, once.
    """

    def __init__(
        self,
        sign_in: "SignIn",
        steps: Steps,
        *,
        kind: Kind,
        least: int,
        closed: Callable[[Visit], Gone | None],
        make: Callable[[Visit], object],
    ) -> None:
        self._kind = kind
        self._least = least
        self._closed = closed
        self._make = make
        self._sign_in = sign_in
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        closed = self._closed(visit)
        if closed is not None:
            return gone(visit, closed)
        return self._submit(visit) if visit.submitted else self._page(visit)

    def _submit(self, visit: Visit) -> Response:
        faults = missing(visit, "name", "login") + of_new_password(visit)
        if faults:
            return self._page(visit, faults)
        try:
            self._make(visit)
        except InputError as error:
            # Somebody else may have used the link up a moment ago.
            late = self._closed(visit)
            return gone(visit, late) if late is not None else self._page(visit, from_problems(visit, error.problems))
        except HashingBusyError:
            busy = Refused("busy")
            return self._page(visit, from_refusal(visit, busy, ""), busy)
        return self._enter(visit)

    def _enter(self, visit: Visit) -> Response:
        answer = self._sign_in.password(visit.typed("login"), visit.typed("password"), visit.credentials, False)
        return visit.to(places.SIGN_IN) if isinstance(answer, Refused) else self._steps.proceed(visit, answer)

    def _page(self, visit: Visit, faults: list[Fault] | None = None, refused: Refused | None = None) -> Response:
        return visit.page("account-form.html", faults or (), refused=refused, kind=self._kind, least=self._least)
