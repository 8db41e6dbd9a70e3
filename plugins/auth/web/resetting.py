"""The page behind a link to choose a new password; looking at it uses nothing up, because mail scanners look, too."""

from collections.abc import Callable

from starlette.responses import Response

from plugins.auth.problems import InputError
from plugins.auth.services.hash_slots import HashingBusyError
from plugins.auth.values import Refused
from plugins.auth.web import places
from plugins.auth.web.faults import Fault, from_problems, from_refusal, of_new_password
from plugins.auth.web.gone import gone
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit


class ResetPage:
    """Sets a new password, then asks to sign in with it: a second factor stays due.

    Args:
        least: characters of a password.
        valid: tells whether the visit's link may still be used.
        use: sets the password that the visit typed, once.
    """

    def __init__(
        self, least: int, valid: Callable[[Visit], bool], use: Callable[[Visit], object], steps: Steps
    ) -> None:
        self._least = least
        self._valid = valid
        self._use = use
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        if not self._valid(visit):
            return gone(visit, "gone")
        return self._submit(visit) if visit.submitted else self._page(visit)

    def _submit(self, visit: Visit) -> Response:
        faults = of_new_password(visit)
        if faults:
            return self._page(visit, faults)
        try:
            self._use(visit)
        except InputError as error:
            # Somebody else may have used the link up a moment ago.
            late = not self._valid(visit)
            return gone(visit, "gone") if late else self._page(visit, from_problems(visit, error.problems))
        except HashingBusyError:
            busy = Refused("busy")
            return self._page(visit, from_refusal(visit, busy, ""), busy)
        self._steps.settle()
        # Whoever was signed in on this device before is signed out, as everywhere.
        return self._steps.drop(visit.to(places.SIGN_IN, note="reset"))

    def _page(self, visit: Visit, faults: list[Fault] | None = None, refused: Refused | None = None) -> Response:
        return visit.page("reset.html", faults or (), refused=refused, least=self._least)
