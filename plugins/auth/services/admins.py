"""Somebody is always left who may change what others may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host.contracts.principal import covers
from host.security.authorization import Policy
from plugins.auth.models import Role, User, UserRole
from plugins.auth.permissions import ROLES_WRITE, USERS_WRITE
from plugins.auth.problems import InputError
from plugins.auth.services.role_rows import role_definitions
from plugins.auth.services.standing import load_person
from plugins.auth.values import Problem

ADMIN: Final = "admin"


class LastAdminError(InputError):
    """Nobody would be left who may do everything."""

    def __init__(self) -> None:
        super().__init__(Problem("auth.problem.last_admin"))

    def __reduce__(self) -> tuple[type["LastAdminError"], tuple[()]]:
        """Travel between processes."""
        return type(self), ()


def hold_admins(session: Session) -> None:
    """Let one change after the other find out whether an administrator is left; call it before any other lock."""
    session.scalars(select(Role).where(Role.name == ADMIN).with_for_update()).all()


@contextmanager
def keeping_an_admin(session: Session, now: datetime) -> Iterator[None]:
    """Refuse what the block writes about roles if it takes the last administrator's rights; no administrator, no rule.

    Raises:
        LastAdminError: nobody would be left.
    """
    hold_admins(session)
    there = an_admin_is_left(session, now)
    yield
    if there:
        require_admin(session, now)


def require_admin(session: Session, now: datetime, *, besides: str = "") -> None:
    """Refuse what was written so far if nobody is left who may do everything, for good and not disabled.

    Args:
        besides: id of somebody who doesn't count.

    Raises:
        LastAdminError: nobody is.
    """
    session.flush()
    if not an_admin_is_left(session, now, besides=besides):
        raise LastAdminError


def an_admin_is_left(session: Session, now: datetime, *, besides: str = "") -> bool:
    """Tell whether somebody is administrator for good, not disabled, and not denied to manage people and roles."""
    lasting = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == ADMIN, UserRole.until.is_(None), User.disabled_at.is_(None), User.id != besides)
    )
    # Denials alone count here, so what plugins give by default is left out.
    policy = Policy(role_definitions(session), {})
    return any(not _is_denied(session, policy, user_id, now) for user_id in session.scalars(lasting).all())


def _is_denied(session: Session, policy: Policy, user_id: str, now: datetime) -> bool:
    person = load_person(session, user_id)
    if person is None:
        return True
    denied = policy.effective(person.roles(now), (), person.denies).denied
    return covers(denied, USERS_WRITE) or covers(denied, ROLES_WRITE)
