"""The permissions that the plugin declares, and who holds them unless an operator decides otherwise."""

from typing import Final

from host import Permission

USERS_READ: Final = "auth.users.read"
USERS_WRITE: Final = "auth.users.write"
ROLES_WRITE: Final = "auth.roles.write"
SESSIONS_WRITE: Final = "auth.sessions.write"
VIEW_AS: Final = "auth.view_as"
TOKENS: Final = "auth.tokens"

_ADMIN_ONLY: Final = (USERS_WRITE, ROLES_WRITE, SESSIONS_WRITE, VIEW_AS)


def declared() -> list[Permission]:
    """Return every permission of the plugin."""
    return [
        Permission(name=USERS_READ, title=f"auth.permission.{USERS_READ}", roles=frozenset({"operator"})),
        *(Permission(name=name, title=f"auth.permission.{name}") for name in _ADMIN_ONLY),
        Permission(name=TOKENS, title=f"auth.permission.{TOKENS}", roles=frozenset({"viewer"})),
    ]
