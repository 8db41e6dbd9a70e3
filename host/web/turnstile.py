"""Refuses what comes too often or too much, before anybody is looked up and before Streamlit makes a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from host.config import ServerConfig
from host.contracts.auth import Credentials
from host.contracts.principal import Principal
from host.web.allowance import Allowance
from host.web.incidents import Incidents
from host.web.rates import Answer
from host.web.refusal import Refusal
from host.web.sockets import OpenSockets

TOO_OFTEN: Final = Refusal(429, "rate_limited")
FULL: Final = Refusal(503, "full")
TOO_MANY_TABS: Final = Refusal(429, "too_many_tabs")


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Counts the requests and sockets of one process."""

    allowance: Allowance
    sockets: OpenSockets
    incidents: Incidents
    settings: ServerConfig

    def before_lookup(self, scope: Mapping[str, Any], given: Credentials, secrets: frozenset[str]) -> Refusal | None:
        """Judge a request by its address and the secret that it brings.

        Args:
            secrets: names of the cookies that sign somebody in.
        """
        who = self.allowance.counted(given, secrets)
        if scope["type"] == "websocket":
            if len(self.sockets) >= self.settings.max_sockets:
                return FULL
            answer, what = self.allowance.handshake(who), "handshakes"
        else:
            answer, what = self.allowance.request(who), "requests"
        if answer is Answer.YES:
            answer, what = self.allowance.lookup(who), "failed lookups"
        return None if answer is Answer.YES else self.refused(scope, answer, what)

    def after_lookup(
        self, scope: Mapping[str, Any], given: Credentials, secrets: frozenset[str], principal: Principal | None
    ) -> Refusal | None:
        """Take note of who was found; judge how many sockets one person holds, by however many sign-ins."""
        if principal is None:
            self.allowance.missed(given, secrets)
            return None
        self.allowance.found(given, secrets, principal)
        held = self.sockets.of_person(principal) if principal.session else 0
        if scope["type"] == "websocket" and held >= self.settings.max_sockets_per_person:
            return TOO_MANY_TABS
        return None

    def refused(
        self, scope: Mapping[str, Any], answer: Answer, what: str, principal: Principal | None = None
    ) -> Refusal:
        """Return the refusal; told to the security events once per sender and window."""
        if answer is Answer.FIRST_NO:
            self.incidents.note("gate.rate_limited", scope, principal, what=what)
        return TOO_OFTEN
