"""What is known about a person for deciding what they may do, read from the database in one go."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.auth.models import User, UserPermission, UserRole
from plugins.auth.values import GivenRole


@dataclass(frozen=True, slots=True)
class Person:
    """Facts about an active person.

    Args:
        given: roles, also those that ended by themselves.
        grants: permissions besides the roles.
        denies: permissions that are refused whatever the roles say.
        epoch: counts changes of all this.
    """

    id: str
    name: str
    epoch: int
    given: tuple[GivenRole, ...] = ()
    grants: frozenset[str] = field(default_factory=frozenset)
    denies: frozenset[str] = field(default_factory=frozenset)

    def roles(self, now: datetime) -> frozenset[str]:
        """Return the names of the roles that hold at `now`."""
        return frozenset(each.role for each in self.given if each.until is None or each.until > now)

    def until(self, now: datetime) -> datetime | None:
        """Return the next moment at which a role ends by itself."""
        return min((each.until for each in self.given if each.until is not None and each.until > now), default=None)


def load_person(session: Session, user_id: str, *, also_disabled: bool = False) -> Person | None:
    """Return what is stored about a person; ``None`` for nobody and, unless told otherwise, for who is disabled."""
    columns = select(User.id, User.name, User.epoch).where(User.id == user_id)
    row = session.execute(columns if also_disabled else columns.where(User.disabled_at.is_(None))).one_or_none()
    if row is None:
        return None
    given = tuple(load_roles(session, [user_id]).get(user_id, ()))
    said = session.execute(
        select(UserPermission.permission, UserPermission.effect).where(UserPermission.user_id == user_id)
    ).all()
    return Person(
        row.id,
        row.name,
        row.epoch,
        given,
        frozenset(name for name, effect in said if effect == "grant"),
        # Whatever isn't known to grant refuses.
        frozenset(name for name, effect in said if effect != "grant"),
    )


def load_roles(session: Session, user_ids: Iterable[str]) -> dict[str, list[GivenRole]]:
    """Return user id → roles, in the order of their names, also those that ended by themselves."""
    found: dict[str, list[GivenRole]] = {}
    query = select(UserRole).where(UserRole.user_id.in_(list(user_ids))).order_by(UserRole.role)
    for row in session.scalars(query):
        found.setdefault(row.user_id, []).append(GivenRole(row.role, row.until, row.reason))
    return found
