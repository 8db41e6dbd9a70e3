"""Who acts: the identity that every run, command and job carries."""

from dataclasses import dataclass, field
from typing import Final

EVERY_PERMISSION: Final = "*"


@dataclass(frozen=True, slots=True)
class Principal:
    """An identity with what it may do.

    Args:
        user_id: stable id; the same person has the same id on every device.
        name: what the page shows.
        roles: role names, compared as written.
        permissions: permission names; ``"*"`` grants every one.
    """

    user_id: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str | None) -> bool:
        """Tell whether this principal holds `permission`; ``None`` asks for nothing and is always held."""
        if permission is None or EVERY_PERMISSION in self.permissions:
            return True
        return permission in self.permissions
