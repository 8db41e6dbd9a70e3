"""For whom a flag is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from host.contracts.principal import Principal

Attributes = Mapping[str, bool | int | float | str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules go by, and what another flag service is told.

    Args:
        attributes: told to another flag service only; our own rules don't look at them.
    """

    user_id: str
    roles: frozenset[str] = frozenset()
    attributes: Attributes = field(default_factory=dict)

    @classmethod
    def of(cls, principal: Principal, attributes: Attributes | None = None) -> "Subject":
        """Return `principal` as a subject."""
        return cls(principal.user_id, principal.roles, attributes or {})
