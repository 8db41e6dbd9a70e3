"""The rows of links: made with a token that stands hashed only, found by it, used up under a lock."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, cast
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.auth.models import Link, User
from plugins.auth.problems import refuse

LinkKind = Literal["setup", "reset", "invite", "demo"]
"""``setup``: make the first administrator; ``reset``: choose a new password; ``invite``: make an account; ``demo``:
enter as the demonstration's person."""
BASE: Final = "/x/auth"
_PLACES: Final[dict[LinkKind, str]] = {
    "setup": "setup",
    "reset": "reset",
    "invite": "sign-up",
    "demo": "enter",
}


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A fresh link; its address is shown once and stands nowhere.

    Args:
        path: to be put after the app's address.
    """

    id: str
    kind: LinkKind
    path: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkInfo:
    """A link as lists and pages show it.

    Args:
        login: of the person it is for, if it is for one.
        roles: what an invitation gives.
    """

    id: str
    kind: LinkKind
    user_id: str | None
    login: str | None
    roles: tuple[str, ...]
    note: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def new_link(
    session: Session,
    kind: LinkKind,
    lasts: timedelta,
    now: datetime,
    *,
    created_by: str,
    user_id: str | None = None,
    roles: Collection[str] = (),
    note: str = "",
) -> MadeLink:
    """Store a link and return its address."""
    token = secrets.token_urlsafe(32)
    row = Link(
        id=uuid4().hex,
        token_hash=_hash(token),
        kind=kind,
        user_id=user_id,
        roles=sorted(roles),
        note=note,
        created_by=created_by,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(row)
    session.flush()
    return MadeLink(row.id, kind, f"{BASE}/{_PLACES[kind]}/{token}", row.expires_at)


def find(session: Session, token: str, now: datetime) -> LinkInfo | None:
    """Return the link behind a token if it may still be used; uses nothing up."""
    row = session.scalar(select(Link).where(Link.token_hash == _hash(token)))
    if row is None or not _counts(row, now) or _for_nobody(session, row):
        return None
    return info(session, row)


def take(session: Session, token: str, kind: LinkKind, now: datetime) -> LinkInfo:
    """Use a link up.

    Raises:
        InputError: there is no such link, it was used, or it has run out.
    """
    mine = select(Link).where(Link.token_hash == _hash(token), Link.kind == kind)
    row = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None or not _counts(row, now) or _for_nobody(session, row):
        raise refuse("auth.error.link_gone")
    row.used_at = now
    session.flush()
    return info(session, row)


def info(session: Session, row: Link) -> LinkInfo:
    """Return what may be shown of a link."""
    user = session.get(User, row.user_id) if row.user_id else None
    return LinkInfo(
        row.id,
        cast("LinkKind", row.kind),
        row.user_id,
        user.login if user else None,
        tuple(map(str, row.roles)),
        row.note,
        row.created_by,
        row.created_at,
        row.expires_at,
        row.used_at,
    )


def _counts(row: Link, now: datetime) -> bool:
    return row.used_at is None and row.expires_at > now


def _for_nobody(session: Session, row: Link) -> bool:
    """Tell whether a link is for a person who is disabled."""
    user = session.get(User, row.user_id) if row.user_id else None
    return user is not None and user.disabled_at is not None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
