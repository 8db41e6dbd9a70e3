"""Absence of `auth`: one fixed local principal for development on this machine, otherwise a closed app."""

import getpass
import ipaddress
from typing import Final

from host.contracts.auth import Credentials
from host.contracts.principal import EVERY_PERMISSION, Principal

LOCAL_ROLE: Final = "admin"


class LocalAuthenticator:
    """Everybody who reaches this loopback address is the same local person with every permission."""

    def __init__(self) -> None:
        self._principal = Principal("local", login_name(), frozenset({LOCAL_ROLE}), frozenset({EVERY_PERMISSION}))

    def resolve(self, credentials: Credentials) -> Principal:
        """Return the local principal, whatever was brought along."""
        return self._principal

    def principal(self, user_id: str) -> Principal | None:
        """Return the local principal for its own id."""
        return self._principal if user_id == self._principal.user_id else None


def is_loopback(host: str) -> bool:
    """Tell whether a server bound to `host` can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def login_name() -> str:
    """Return who is logged in on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a user id without a name.
        return "local"
