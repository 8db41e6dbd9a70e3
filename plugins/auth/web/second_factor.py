"""The page of one's own second factor: set it up, make new recovery codes, turn it off."""

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from plugins.auth.problems import InputError
from plugins.auth.web.faults import Fault, from_problems, missing
from plugins.auth.web.proof import Proof
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.second_factor import SecondFactor
    from plugins.auth.services.users import Users

_GROUP: Final = 4


class SecondFactorPage:
    """Each change asks for a fresh proof of identity first."""

    def __init__(self, second_factor: "SecondFactor", users: "Users", proof: Proof) -> None:
        self._second_factor = second_factor
        self._users = users
        self._proof = proof

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        wanted = visit.form.get("do", "")
        if not visit.submitted:
            return self._enrolment(visit) if wanted == "confirm" else self._overview(visit)
        actions = {"begin": self._begin, "confirm": self._confirm, "codes": self._codes, "off": self._off}
        action = actions.get(wanted, self._overview)
        faults = self._proof.faults(visit)
        if faults:
            return self._overview(visit, faults)
        try:
            return action(visit)
        except InputError as error:
            return self._overview(visit, from_problems(visit, error.problems))

    def _begin(self, visit: Visit) -> Response:
        self._second_factor.begin(visit.signed_in.user_id)
        return self._enrolment(visit)

    def _confirm(self, visit: Visit) -> Response:
        if faults := missing(visit, "code"):
            return self._enrolment(visit, faults)
        try:
            codes = self._second_factor.confirm(visit.signed_in.user_id, visit.typed("code"))
        except InputError as error:
            return self._enrolment(visit, from_problems(visit, error.problems))
        return self._shown_once(visit, codes, "codes.turned_on")

    def _codes(self, visit: Visit) -> Response:
        return self._shown_once(visit, self._second_factor.fresh_codes(visit.signed_in.user_id), "codes.replaced")

    def _off(self, visit: Visit) -> Response:
        self._second_factor.off(visit.signed_in.user_id)
        return self._overview(visit, note="factor.turned_off")

    def _enrolment(self, visit: Visit, faults: list[Fault] | None = None) -> Response:
        pending = self._second_factor.pending(visit.signed_in.user_id)
        if pending is None:
            return self._overview(visit, faults)
        groups = (pending.secret[at : at + _GROUP] for at in range(0, len(pending.secret), _GROUP))
        return visit.page("enrolment.html", faults or (), svg=pending.svg, secret=" ".join(groups))

    def _overview(self, visit: Visit, faults: list[Fault] | None = None, note: str = "") -> Response:
        own = visit.signed_in.user_id
        on = self._second_factor.required(own)
        return visit.page(
            "second-factor.html",
            faults or (),
            note=note,
            on=on,
            left=self._second_factor.codes_left(own) if on else 0,
            confirmed=self._proof.fresh(visit),
            login=self._login(visit),
        )

    def _login(self, visit: Visit) -> str:
        return self._users.own(visit.signed_in.user_id).login

    def _shown_once(self, visit: Visit, codes: tuple[str, ...], note: str) -> Response:
        title = visit.t("codes.paper", app=visit.app_title, login=self._login(visit))
        as_file = "\n".join([title, "", *codes, ""])
        return visit.page("recovery-codes.html", note=note, codes=codes, as_file=as_file, title=title)
