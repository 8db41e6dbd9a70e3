"""Sessions as lists show them, read with the people they belong to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from plugins.auth.models import SignInSession, User
from plugins.auth.values import SessionInfo


def going_on(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a session was neither ended nor has lasted too long.

    Those without activity for too long are ended by the processes that know them, and fail at their next request.
    """
    return and_(SignInSession.ended_at.is_(None), SignInSession.ends_at > now)


def session_infos(
    session: Session, where: Collection[ColumnElement[bool]], offset: int, limit: int | None
) -> list[SessionInfo]:
    """Return sessions that meet all conditions, the latest active first."""
    query = select(SignInSession, User.login, User.name).join(User, User.id == SignInSession.user_id).where(*where)
    ordered = query.order_by(SignInSession.seen_at.desc(), SignInSession.id).offset(offset).limit(limit)
    return [_info(row, login, name) for row, login, name in session.execute(ordered)]


def _info(row: SignInSession, login: str, name: str) -> SessionInfo:
    return SessionInfo(
        id=row.id,
        user_id=row.user_id,
        login=login,
        name=name,
        state="open" if row.state == "open" else "code" if row.state == "code" else "renew",
        method=row.method,
        device=row.device,
        client=row.client,
        user_agent=row.user_agent,
        remember=row.remember,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        view_as=row.view_as,
    )
