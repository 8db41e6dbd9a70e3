"""The policy in force: roles from the database, defaults from what active plugins declare."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import final

from sqlalchemy.orm import Session

from host import Principal
from host.kernel.registry import Registry
from host.security.authorization import Policy
from plugins.auth.services.role_rows import declared_defaults, role_definitions
from plugins.auth.services.standing import Person


@final
@dataclass(frozen=True, slots=True)
class Ruling:
    """A policy with its fingerprint, the same in every process that has read the same."""

    policy: Policy
    version: str

    def principal(self, person: Person, now: datetime) -> Principal:
        """Return what a person is and may do at `now`, without a session."""
        roles = person.roles(now)
        effective = self.policy.effective(roles, person.grants, person.denies)
        epoch = _digest((person.epoch, sorted(roles), self.version))
        return Principal(
            person.id, person.name, roles, effective.permissions, effective.denied, session="", epoch=epoch
        )


def load_ruling(session: Session, registry: Registry) -> Ruling:
    """Read the policy as it stands now.

    Raises:
        RoleCycleError: a role inherits from itself.
    """
    definitions = role_definitions(session)
    defaults = declared_defaults(registry)
    said = [
        (each.name, *(sorted(part) for part in (each.inherits, each.grants, each.denies, each.without)))
        for each in definitions
    ]
    version = _digest((said, sorted((name, sorted(roles)) for name, roles in defaults.items())))
    return Ruling(Policy(definitions, defaults), version)


def _digest(facts: object) -> str:
    return hashlib.blake2s(repr(facts).encode(), digest_size=8).hexdigest()
