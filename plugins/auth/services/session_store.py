"""The rows of sessions: begun, moved on with a new token at every step, ended; asks nobody for permission."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from host import AppConfig, ChangeFeed, Credentials, Database, HostError, UnitOfWork
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import SignInSession
from plugins.auth.services.session_tokens import new_token, presented, token_hash
from plugins.auth.settings import AuthSettings
from plugins.auth.values import Begun, PendingSession, SessionState

TOPIC: Final = "auth"
"""Topic of the change feed for everything that decides who may do what."""
HALF_WAY: Final = timedelta(minutes=10)
"""For which a session waits for a code or a new password."""
_DAY_S: Final = 24 * 3600
_TABLE: Final = SignInSession.__table__
_SEEN: Final = (
    update(SignInSession.__table__)  # type: ignore[arg-type]
    .where(_TABLE.c.id == bindparam("session_id"), _TABLE.c.seen_at < bindparam("at", type_=_TABLE.c.seen_at.type))
    .values(seen_at=bindparam("at", type_=_TABLE.c.seen_at.type))
)


class SessionEndedError(HostError):
    """The session ended meanwhile, or never was."""

    user_message: ClassVar[str] = "You are signed out. Please sign in again."


class SessionStore:
    """Keeps sessions; what others may do with theirs is up to the services that use it."""

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        settings: AuthSettings,
        config: AppConfig,
        security_events: SecurityEvents,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._events = security_events
        self._clock = clock
        self._behind_tls = config.server.behind_tls
        self._idle_s = config.security.session_timeout_s
        self._lasts_s = settings.session_hours * 3600
        self._remembered_s = settings.remember_days * _DAY_S

    def begin(
        self,
        user_id: str,
        method: str,
        credentials: Credentials,
        *,
        remember: bool = False,
        state: SessionState = "open",
    ) -> Begun:
        """Store a session with a fresh token and return both.

        Args:
            method: name of the way to sign in, such as ``"password"``.
            remember: whether it outlives the browser's window, and inactivity.
            state: ``"open"`` once nothing is missing.
        """
        now, token = self._clock(), new_token()
        row = SignInSession(
            id=uuid4().hex,
            token_hash=token_hash(token),
            user_id=user_id,
            method=method[:40],
            remember=remember,
            device=credentials.device[:64],
            client=(credentials.client or "")[:64],
            user_agent=credentials.user_agent[:300],
            created_at=now,
            confirmed_at=now,
        )
        self._set_state(row, state, now)

        def work(unit: UnitOfWork) -> Begun:
            unit.session.add(row)
            unit.session.flush()
            return Begun(row.id, token, self._max_age_s(row))

        return self._database.run_tx(work)

    def advance(
        self, session_id: str, state: SessionState | None = None, *, expected: SessionState | None = None
    ) -> Begun:
        """Give a session a new token, and perhaps another state; the old token counts no more.

        Args:
            expected: the state that it must still be in.

        Raises:
            SessionEndedError: it ended meanwhile, or is in another state.
        """
        now, token = self._clock(), new_token()

        def work(unit: UnitOfWork) -> Begun:
            row = self.locked(unit.session, session_id)
            if expected is not None and row.state != expected:
                raise SessionEndedError(f"Session {session_id} is not {expected} any more.", remedy="Sign in again.")
            row.token_hash = token_hash(token)
            if state is not None and state != row.state:
                self._set_state(row, state, now)
            self._changed(session_id)
            unit.session.flush()
            return Begun(row.id, token, self._max_age_s(row))

        return self._database.run_tx(work)

    def end(self, session_id: str, reason: str) -> bool:
        """End a session; return whether it was still going on."""

        def work(unit: UnitOfWork) -> bool:
            row = unit.session.get(SignInSession, session_id, with_for_update=True, populate_existing=True)
            if row is None or row.ended_at is not None:
                return False
            self._end(unit, row, reason)
            return True

        return self._database.run_tx(work)

    def end_if_over(self, session_id: str) -> bool:
        """End a session that has run out, by what all processes know; return whether it has."""

        def work(unit: UnitOfWork) -> bool:
            row = unit.session.get(SignInSession, session_id, with_for_update=True, populate_existing=True)
            if row is None or row.ended_at is not None or is_going_on(row, self._clock()):
                return False
            self._end(unit, row, "expired" if self._clock() >= row.ends_at else "idle")
            return True

        return self._database.run_tx(work)

    def end_all(self, user_id: str, reason: str, keep: str | None = None) -> int:
        """End every session of somebody but `keep`; return how many went on until now."""
        going_on = select(SignInSession).where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))

        def work(unit: UnitOfWork) -> int:
            rows = unit.session.scalars(going_on.order_by(SignInSession.id).with_for_update()).all()
            ending = [row for row in rows if row.id != keep]
            for row in ending:
                self._end(unit, row, reason)
            return len(ending)

        return self._database.run_tx(work)

    def confirm(self, session_id: str) -> None:
        """Note that the person has just proved who they are.

        Raises:
            SessionEndedError: the session ended meanwhile.
        """

        def work(unit: UnitOfWork) -> None:
            self.locked(unit.session, session_id).confirmed_at = self._clock()

        self._database.run_tx(work)

    def look_through(self, session_id: str, user_id: str | None) -> None:
        """Let a session see the app as somebody else does, or as its own person again."""

        def work(unit: UnitOfWork) -> None:
            self.locked(unit.session, session_id).view_as = user_id
            self._changed(session_id)

        self._database.run_tx(work)

    def seen(self, moments: Mapping[str, datetime]) -> None:
        """Write down when people behind sessions were last active; never goes back."""
        if not moments:
            return

        # In one order everywhere, so that two processes never block each other.
        rows = [{"session_id": session_id, "at": at} for session_id, at in sorted(moments.items())]
        self._database.run_tx(lambda unit: unit.session.connection().execute(_SEEN, rows))

    def half_way(self, credentials: Credentials) -> PendingSession | None:
        """Return the session behind a request's cookie while it waits for a code or a new password."""
        row = self.of_cookie(credentials)
        if row is None or row.state == "open":
            return None
        return PendingSession(row.id, row.user_id, "code" if row.state == "code" else "renew")

    def of_cookie(self, credentials: Credentials) -> SignInSession | None:
        """Return the session behind a request's cookie, in whatever state, unless it has ended."""
        digest = presented(credentials, behind_tls=self._behind_tls)
        if digest is None:
            return None
        with self._database.begin(readonly=True) as unit:
            row = unit.session.scalar(select(SignInSession).where(SignInSession.token_hash == digest))
        return row if row is not None and is_going_on(row, self._clock()) else None

    def going_on(self, session_id: str) -> SignInSession | None:
        """Return a session in whatever state, unless it has ended."""
        with self._database.begin(readonly=True) as unit:
            row = unit.session.get(SignInSession, session_id)
        return row if row is not None and is_going_on(row, self._clock()) else None

    def knows_device(self, user_id: str | None, device: str, *, besides: str = "") -> bool:
        """Tell whether somebody was signed in on a device before; asks the database for nobody, too.

        Args:
            besides: id of a session that doesn't count.
        """
        known = select(SignInSession.id).where(
            SignInSession.user_id == (user_id or ""),
            SignInSession.device == device,
            SignInSession.state == "open",
            SignInSession.id != besides,
        )
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(known.limit(1)) is not None and device != ""

    def has_been_open(self, user_id: str, *, besides: str = "") -> bool:
        """Tell whether somebody was ever signed in, as far as sessions are kept.

        Args:
            besides: id of a session that doesn't count.
        """
        was = select(SignInSession.id).where(
            SignInSession.user_id == user_id, SignInSession.state == "open", SignInSession.id != besides
        )
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(was.limit(1)) is not None

    def locked(self, session: Session, session_id: str) -> SignInSession:
        """Return the row of a session that goes on, and keep others from changing it.

        Raises:
            SessionEndedError: it doesn't.
        """
        row = session.get(SignInSession, session_id, with_for_update=True, populate_existing=True)
        if row is None or not is_going_on(row, self._clock()):
            raise SessionEndedError(f"Session {session_id} has ended.", remedy="Sign in again.")
        return row

    def _end(self, unit: UnitOfWork, row: SignInSession, reason: str) -> None:
        row.ended_at = self._clock()
        row.end_reason = reason[:40]
        row.view_as = None
        self._changed(row.id)
        ended = SecurityEvent("session.ended", "info", row.user_id, row.client, row.id, row.device, {"reason": reason})
        unit.after_commit(lambda: self._events.note(ended))

    def _changed(self, session_id: str) -> None:
        self._changes.publish(TOPIC, f"session:{session_id}")

    def _set_state(self, row: SignInSession, state: SessionState, now: datetime) -> None:
        row.state = state
        row.seen_at = now
        if state != "open":
            row.idle_s, row.ends_at = int(HALF_WAY.total_seconds()), now + HALF_WAY
            return
        lasts_s = self._remembered_s if row.remember else self._lasts_s
        row.idle_s = lasts_s if row.remember else self._idle_s
        row.ends_at = now + timedelta(seconds=lasts_s)

    def _max_age_s(self, row: SignInSession) -> int | None:
        return self._remembered_s if row.remember and row.state == "open" else None


def is_going_on(row: SignInSession, now: datetime) -> bool:
    """Tell whether a session has neither been ended nor run out."""
    idle = now - row.seen_at > timedelta(seconds=row.idle_s)
    return row.ended_at is None and now < row.ends_at and not idle
