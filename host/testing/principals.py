"""An authenticator in front of the app's own: it knows the principals that a test acts as."""

from dataclasses import dataclass, field
from typing import Final

from host.contracts.auth import Authenticator, Credentials, SessionAuthenticator
from host.contracts.principal import EVERY_PERMISSION, Principal

COOKIE: Final = "test-user"
EVERYBODY: Final = Principal("test", "Test", frozenset({"admin"}), frozenset({EVERY_PERMISSION}))
"""May do everything; who acts unless a test says otherwise."""


@dataclass
class KnownPrincipals:
    """Resolves the test's principals; everybody else goes to the app's own authenticator."""

    behind: Authenticator
    known: dict[str, Principal] = field(default_factory=dict)

    def add(self, principal: Principal) -> Principal:
        """Make `principal` known from now on; one of the same id is replaced."""
        self.known[principal.user_id] = principal
        return principal

    def resolve(self, credentials: Credentials) -> Principal | None:
        """Return the principal that the test's cookie names."""
        user_id = credentials.cookies.get(COOKIE)
        return self.behind.resolve(credentials) if user_id is None else self.known.get(user_id)

    def principal(self, user_id: str) -> Principal | None:
        """Return the known principal of that id."""
        return self.known.get(user_id) or self.behind.principal(user_id)


@dataclass
class KnownSessions(KnownPrincipals):
    """The same before an authenticator with sign-in sessions; the test's own principals are always signed in."""

    behind: SessionAuthenticator

    @property
    def sign_in_path(self) -> str:
        """Where a browser without a session is sent."""
        return self.behind.sign_in_path

    @property
    def cookies(self) -> frozenset[str]:
        """Names of the cookies that hold secrets."""
        return self.behind.cookies

    def signed_in(self, user_id: str, session: str) -> Principal | None:
        """Return a known principal, or who is behind the session."""
        return self.known.get(user_id) or self.behind.signed_in(user_id, session)

    def active(self, session: str) -> None:
        """Pass on that the person behind a session did something."""
        self.behind.active(session)


def known_principals(behind: Authenticator) -> KnownPrincipals:
    """Return the authenticator of a test in front of the app's own, with sessions where that one has them."""
    return KnownSessions(behind) if isinstance(behind, SessionAuthenticator) else KnownPrincipals(behind)


def reader(*permissions: str, user_id: str = "reader", roles: frozenset[str] = frozenset()) -> Principal:
    """Return somebody with exactly these permissions."""
    return Principal(user_id, user_id.title(), roles, frozenset(permissions))
