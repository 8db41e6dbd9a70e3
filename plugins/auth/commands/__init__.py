"""The commands of ``app users``."""

from collections.abc import Sequence
from typing import Final

from host import Command
from plugins.auth.commands import accounts, emergency, people, rights, sessions, tokens
from plugins.auth.permissions import ROLES_WRITE, SESSIONS_WRITE, TOKENS, USERS_READ, USERS_WRITE

__all__ = ["commands"]

GROUP: Final = "users"
_COMMANDS: Final = (
    ("list", people.list_people, USERS_READ),
    ("show", people.show, USERS_READ),
    ("add", accounts.add, USERS_WRITE),
    ("invite", accounts.invite, USERS_WRITE),
    ("reset", accounts.reset, USERS_WRITE),
    ("disable", accounts.disable, USERS_WRITE),
    ("enable", accounts.enable, USERS_WRITE),
    ("role", rights.role, USERS_WRITE),
    ("roles", rights.roles, USERS_READ),
    ("permission", rights.permission, ROLES_WRITE),
    ("sessions", sessions.list_sessions, SESSIONS_WRITE),
    ("sign-out", sessions.sign_out, SESSIONS_WRITE),
    ("tokens", tokens.tokens, TOKENS),
    ("setup-link", emergency.setup_link, None),
    ("break-glass", emergency.break_glass, None),
)


def commands() -> Sequence[Command]:
    """Return every command of the plugin."""
    return [Command(group=GROUP, name=name, run=run, permission=permission) for name, run, permission in _COMMANDS]
