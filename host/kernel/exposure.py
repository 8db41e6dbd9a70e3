"""Who sees an active plugin: by role and by a stable share of users; read on every run, never touches the graph."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from host.contracts.principal import Principal


@dataclass(frozen=True, slots=True)
class Exposure:
    """The audience of a plugin.

    Args:
        roles: at least one of these is needed; empty means everybody.
        percent: share of users, 0 to 100; the same user always falls on the same side.
    """

    roles: frozenset[str] = field(default_factory=frozenset)
    percent: float = 100.0

    def admits(self, plugin: str, principal: Principal) -> bool:
        """Tell whether `principal` is in the audience of `plugin`."""
        if self.roles and not self.roles & principal.roles:
            return False
        return bucket(plugin, principal.user_id) < self.percent

    def as_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {"roles": sorted(self.roles), "percent": self.percent}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Exposure":
        """Read the stored form."""
        return cls(frozenset(stored.get("roles", ())), float(stored.get("percent", 100.0)))

    def __str__(self) -> str:
        roles = ", ".join(sorted(self.roles)) or "everybody"
        return roles if self.percent >= 100 else f"{self.percent:g} % of {roles}"


def bucket(plugin: str, user_id: str) -> float:
    """Return where a user falls between 0 and 100 for this plugin: a hash, so that it never changes."""
    digest = hashlib.sha256(f"{plugin}\0{user_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 * 100
