"""The gate's judgement of one request, as a value: who comes in, or what they are told instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from anyio import to_thread

from host.contracts.auth import Authenticator, Credentials, SessionAuthenticator
from host.contracts.principal import Principal
from host.logs import get_logger
from host.web import device, policy
from host.web import scope as scopes
from host.web.addresses import UNSAFE_METHODS, AddressRules
from host.web.brought import brought, by_bearer
from host.web.landing import sign_in_address
from host.web.lifecycle import Lifecycle
from host.web.policy import Access
from host.web.public_routes import PublicRoutes
from host.web.refusal import Refusal
from host.web.turnstile import Turnstile

_ASKS_FOR_SOMEBODY: Final = frozenset({Access.SIGNED_IN, Access.OPEN})
_log = get_logger(__name__)


class Doorkeeper(Protocol):
    """What the gate asks the application."""

    marker: str
    authenticator: Authenticator

    @property
    def closed(self) -> str | None:
        """Why nobody may enter, or ``None``."""

    def authenticate(self, credentials: Credentials) -> Principal | None:
        """Return who is behind a request."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may pass.

    Args:
        access: what its path asks for.
        principal: who comes, where the path asks for somebody.
        device: the device's id; fresh when the request brought none.
        new_device: whether `device` has still to be told to the browser.
        credentials: what the request brought along and counts.
        since: changes of access heard of before `principal` was looked up.
    """

    access: Access
    principal: Principal | None
    device: str
    new_device: bool
    credentials: Credentials
    since: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """Applies the rules in a fixed order, cheapest first; the first that objects decides.

    Args:
        assets: paths of the frontend's files; nothing else exists below their folder.
        public: plugin routes that answer anybody.
    """

    addresses: AddressRules
    doorkeeper: Doorkeeper
    lifecycle: Lifecycle
    assets: frozenset[str]
    turnstile: Turnstile
    public: PublicRoutes = field(default_factory=PublicRoutes)

    @property
    def sessions(self) -> SessionAuthenticator | None:
        """The authenticator, where it keeps sign-in sessions."""
        authenticator = self.doorkeeper.authenticator
        return authenticator if isinstance(authenticator, SessionAuthenticator) else None

    @property
    def secrets(self) -> frozenset[str]:
        """Names of the cookies that sign somebody in."""
        sessions = self.sessions
        return sessions.cookies if sessions is not None else frozenset()

    async def judge(self, scope: Mapping[str, Any]) -> Admitted | Refusal:
        """Admit or refuse the request of `scope`."""
        access = self._access(scope)
        refusal = self._address_refusal(scope, access)
        if refusal is not None:
            return refusal
        if access is None:
            return Refusal(404, "not_found")
        given = brought(scope, sessions=self.sessions is not None)
        if access not in _ASKS_FOR_SOMEBODY:
            return self._admitted(scope, access, None, given)
        refusal = self._house_refusal(scope) or self.turnstile.before_lookup(scope, given, self.secrets)
        return refusal or await self._person(scope, access, given)

    def _access(self, scope: Mapping[str, Any]) -> Access | None:
        if scope["type"] == "websocket":
            return Access.SIGNED_IN if scope["path"] == policy.STREAM else None
        if scope["path"].startswith(policy.ASSETS) and scope["path"] not in self.assets:
            return None
        access = policy.access(scope["method"], scope["path"])
        if access is Access.SIGNED_IN and self.public.answers(scope["method"], scope["path"]):
            return Access.OPEN
        return access

    def _address_refusal(self, scope: Mapping[str, Any], access: Access | None) -> Refusal | None:
        host = scopes.only(scope, "host")
        if access is not Access.PROBE and not self.addresses.host_allowed(host):
            return Refusal(421, "foreign_host", f"Host {host!r}")
        changes = scope["type"] == "websocket" or scope["method"] in UNSAFE_METHODS
        if not changes or scope["path"] == policy.REPORTS or self._program(scope):
            return None
        origin = scopes.only(scope, "origin")
        if not self.addresses.origin_allowed(origin, host, scope["scheme"]):
            self.turnstile.incidents.note("gate.foreign_origin", scope, origin=str(origin)[:200])
            return Refusal(403, "foreign_origin", f"Origin {origin!r}")
        return None

    def _program(self, scope: Mapping[str, Any]) -> bool:
        """Tell whether a program sent it by itself: no foreign page can add a token, and none leaves its origin out."""
        return self.sessions is not None and by_bearer(scope) and not scopes.values(scope, "origin")

    def _house_refusal(self, scope: Mapping[str, Any]) -> Refusal | None:
        reason = self.doorkeeper.closed
        if reason is not None:
            return Refusal(503, "closed", reason)
        if self.lifecycle.draining and scope["type"] == "websocket":
            return Refusal(503, "restarting")
        return None

    async def _person(self, scope: Mapping[str, Any], access: Access, given: Credentials) -> Admitted | Refusal:
        since = self.turnstile.sockets.changes
        try:
            principal = await to_thread.run_sync(self.doorkeeper.authenticate, given)
        except Exception as error:
            _log.exception("sign-in failed to answer", path=scope["path"])
            return Refusal(503, "unavailable", str(error))
        refusal = self.turnstile.after_lookup(scope, given, self.secrets, principal)
        if refusal is not None:
            return refusal
        if principal is None and access is Access.SIGNED_IN:
            return self.stranger(scope)
        return replace(self._admitted(scope, access, principal, given), since=since)

    def stranger(self, scope: Mapping[str, Any]) -> Refusal:
        """Send a browser to the sign-in page; a program is told that it isn't signed in."""
        sessions = self.sessions
        if sessions is not None and _is_visit(scope):
            return Refusal(303, "unauthorized", location=sign_in_address(sessions.sign_in_path, scope))
        return Refusal(401, "unauthorized")

    @staticmethod
    def _admitted(
        scope: Mapping[str, Any], access: Access, principal: Principal | None, given: Credentials
    ) -> Admitted:
        known = device.known_device(scopes.cookies(scope))
        return Admitted(access, principal, known or device.new_device(), known is None, given)


def _is_visit(scope: Mapping[str, Any]) -> bool:
    """Tell whether a person's browser asks for something to show."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    return scope["path"] == policy.INDEX or "text/html" in ",".join(scopes.values(scope, "accept"))
