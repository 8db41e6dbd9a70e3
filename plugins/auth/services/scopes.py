"""What a token may be used for: permissions and patterns, and their overlap with what its owner holds."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from host import Principal
from host.contracts.principal import EVERY_PERMISSION, covers

_WHOLE_PLUGIN: Final = re.compile(r"([a-z0-9_]+)\.\*")


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A token that counts.

    Args:
        session: stands in for a sign-in session; never the token itself.
    """

    user_id: str
    scopes: frozenset[str]
    session: str

    def narrow(self, principal: Principal) -> Principal:
        """Return the owner with no more than the scopes; what is refused to the owner stays refused."""
        held = overlap(principal.permissions, self.scopes)
        epoch = f"{principal.epoch}.{self.session}"
        return replace(principal, permissions=held, session=self.session, epoch=epoch)


def overlap(held: Collection[str], scopes: Collection[str]) -> frozenset[str]:
    """Return names and patterns for exactly what both stand for."""
    pairs = ((mine, scope) for mine in held for scope in scopes)
    found = (scope if covers((mine,), scope) else mine if covers((scope,), mine) else None for mine, scope in pairs)
    return frozenset(each for each in found if each is not None)


def unknown_scopes(scopes: Iterable[str], permissions: Collection[str]) -> list[str]:
    """Return those that stand for no declared permission."""
    return [scope for scope in scopes if not _stands_for_any(scope, permissions)]


def _stands_for_any(scope: str, permissions: Collection[str]) -> bool:
    whole = _WHOLE_PLUGIN.fullmatch(scope)
    if whole:
        return any(name.startswith(f"{whole[1]}.") for name in permissions)
    return scope == EVERY_PERMISSION or scope in permissions
