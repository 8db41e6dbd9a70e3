"""Asks who changes their second factor to prove who they are, unless they did so a moment ago."""

from typing import TYPE_CHECKING

from plugins.auth.web.faults import Fault, from_refusal, missing
from plugins.auth.web.visit import Visit

if TYPE_CHECKING:
    from plugins.auth.services.sessions import Sessions
    from plugins.auth.services.sign_in import SignIn

INPUT = "old"
"""Name of the input for the current password."""


class Proof:
    """The current password, asked for in the form of what shall be changed."""

    def __init__(self, sign_in: "SignIn", sessions: "Sessions") -> None:
        self._sign_in = sign_in
        self._sessions = sessions

    def fresh(self, visit: Visit) -> bool:
        """Tell whether the person behind a visit proved who they are a moment ago."""
        return self._sessions.confirmed(visit.signed_in.session)

    def faults(self, visit: Visit) -> list[Fault]:
        """Return what speaks against the proof that a visit brought along; nothing where it is fresh or right."""
        if self.fresh(visit):
            return []
        if found := missing(visit, INPUT):
            return found
        refused = self._sign_in.confirm(visit.signed_in.session, visit.typed(INPUT), visit.credentials)
        return [Fault(each.message, INPUT) for each in from_refusal(visit, refused, "fault.confirm")] if refused else []
