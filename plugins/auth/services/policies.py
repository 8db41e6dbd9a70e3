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
    """The policy in force, and what it makes of people."""

    policy: Policy

    def principal(self, person: Person, now: datetime) -> Principal:
        """Return what a person is and may do at `now`, without a session."""
        roles = person.roles(now)
        effective = self.policy.effective(roles, person.grants, person.denies)
        # Of what comes out, not of the policy: a changed role disturbs nobody but those whom it concerns.
        held = (sorted(effective.permissions), sorted(effective.denied))
        epoch = _digest((person.epoch, sorted(roles), held))
        return Principal(
            person.id, person.name, roles, effective.permissions, effective.denied, session="", epoch=epoch
        )


def load_ruling(session: Session, registry: Registry) -> Ruling:
    """Read the policy as it stands now.

    Raises:
        RoleCycleError: a role inherits from itself.
    """
    return Ruling(Policy(role_definitions(session), declared_defaults(registry)))


def _digest(facts: object) -> str:
    return hashlib.blake2s(repr(facts).encode(), digest_size=8).hexdigest()
