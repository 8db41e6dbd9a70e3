"""People as lists and pages show them, read from the rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from host import masked
from plugins.auth.models import User, UserPermission
from plugins.auth.services.logins import login_key
from plugins.auth.services.standing import load_roles
from plugins.auth.values import UserInfo


def user_infos(session: Session, rows: Iterable[User], now: datetime, *, plain: str = "") -> list[UserInfo]:
    """Return what may be told about people.

    Args:
        now: roles that ended before are left out.
        plain: id of the person whose e-mail address is shown unmasked: their own.
    """
    people = list(rows)
    ids = [row.id for row in people]
    roles = load_roles(session, ids)
    said: dict[str, dict[str, str]] = {}
    for each in session.scalars(select(UserPermission).where(UserPermission.user_id.in_(ids))):
        said.setdefault(each.user_id, {})[each.permission] = each.effect
    return [
        UserInfo(
            id=row.id,
            login=row.login,
            name=row.name,
            email=row.email if row.id == plain else masked(row.email, "email") or None,
            roles=tuple(given for given in roles.get(row.id, ()) if given.until is None or given.until > now),
            permissions=said.get(row.id, {}),
            second_factor=row.totp_since is not None,
            has_password=row.password_hash is not None,
            must_change=row.must_change,
            disabled_at=row.disabled_at,
            disabled_because=row.disabled_because,
            created_at=row.created_at,
            version=row.version,
        )
        for row in people
    ]


def found_people(session: Session, text: str, offset: int, limit: int) -> tuple[Sequence[User], int]:
    """Return the rows whose login or name holds `text`, or whose e-mail address it is, and how many there are."""
    where = _matching(text)
    query = select(User).where(*where).order_by(User.login_key).offset(offset).limit(limit)
    total = session.scalar(select(func.count()).select_from(User).where(*where)) or 0
    return session.scalars(query).all(), total


def _matching(text: str) -> list[ColumnElement[bool]]:
    wanted = text.strip()
    if not wanted:
        return []
    found = [User.login_key.contains(login_key(wanted), autoescape=True), User.name.icontains(wanted, autoescape=True)]
    return [or_(*found, *([User.email_index == wanted] if "@" in wanted else []))]
