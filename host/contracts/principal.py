"""Who acts: the identity that every run, command and job carries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

EVERY_PERMISSION: Final = "*"
SIGNED_IN: Final = "host.signed_in"
"""The permission that everybody holds who is signed in; asking for it says that more isn't needed."""


@dataclass(frozen=True, slots=True)
class Principal:
    """An identity with what it may do.

    Args:
        user_id: stable id; the same person has the same id on every device. Empty for nobody.
        name: what the page shows.
        roles: role names, compared as written.
        permissions: permission names and patterns; ``"*"`` grants every one, ``"warehouse.*"`` all of a plugin.
        denied: names and patterns that are refused, whatever grants them.
        session: id of the sign-in session, never its token; empty without sign-in.
        epoch: differs as soon as what this principal may do differs; compared, never read.
        viewed_by: user id of the operator who looks at the app as this person; then nothing may be written.
    """

    user_id: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)
    denied: frozenset[str] = field(default_factory=frozenset)
    session: str = ""
    epoch: str = ""
    viewed_by: str = ""

    def may(self, permission: str | None) -> bool:
        """Tell whether this principal holds `permission`; a denial overrides. ``None`` asks for nothing."""
        if permission is None:
            return True
        if permission == SIGNED_IN:
            return self.user_id != ""
        return covers(self.permissions, permission) and not covers(self.denied, permission)


ANONYMOUS: Final = Principal("", "")
"""Who asks for a public route without being signed in."""


def covers(patterns: Collection[str], permission: str) -> bool:
    """Tell whether a name or pattern in `patterns` stands for `permission`."""
    plugin = permission.partition(".")[0]
    return permission in patterns or EVERY_PERMISSION in patterns or f"{plugin}.*" in patterns
