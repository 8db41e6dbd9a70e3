"""An authenticator in front of the app's own: it knows the principals that a test acts as."""

from dataclasses import dataclass, field
from typing import Final

from host.contracts.auth import Authenticator, Credentials
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


def reader(*permissions: str, user_id: str = "reader", roles: frozenset[str] = frozenset()) -> Principal:
    """Return somebody with exactly these permissions."""
    return Principal(user_id, user_id.title(), roles, frozenset(permissions))
