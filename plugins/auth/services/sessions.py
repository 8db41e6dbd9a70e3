"""Sessions for the people they belong to, and for whoever may look after everybody's."""

from typing import Final, final

from sqlalchemy import ColumnElement, func, or_, select

from host import Credentials, Database, PermissionDeniedError, Principal, authorize
from host.kernel.acting import as_oneself
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import SignInSession, User
from plugins.auth.permissions import SESSIONS_WRITE, VIEW_AS
from plugins.auth.problems import refuse
from plugins.auth.services.directory import Directory
from plugins.auth.services.giving import require_held
from plugins.auth.services.logins import login_key
from plugins.auth.services.own import require_self, require_self_or
from plugins.auth.services.session_infos import going_on, session_infos
from plugins.auth.services.session_store import SessionStore
from plugins.auth.services.telling import Telling
from plugins.auth.settings import AuthSettings
from plugins.auth.values import Changed, PendingSession, SessionInfo, SessionPage

PAGE_SIZE: Final = 25


@final
class Sessions:
    """Lists and ends sessions, and lets some people see the app as others do."""

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        session_store: SessionStore,
        *,
        directory: Directory,
        telling: Telling,
        security_events: SecurityEvents,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._confirmed_s = settings.confirm_minutes * 60
        self._store = session_store
        self._directory = directory
        self._telling = telling
        self._events = security_events
        self._clock = clock

    def half_way(self, credentials: Credentials) -> PendingSession | None:
        """Return the session behind a cookie while it waits for a code or a new password (open)."""
        return self._store.half_way(credentials)

    def confirmed(self, session_id: str) -> bool:
        """Tell whether the person behind one's own session proved who they are a short while ago."""
        row = self._row(session_id)
        if row is None:
            return False
        require_self(row.user_id)
        return (self._clock() - row.confirmed_at).total_seconds() < self._confirmed_s

    def of(self, user_id: str) -> list[SessionInfo]:
        """Return somebody's sessions that go on, the latest first."""
        principal = authorize("host.signed_in")
        if principal.user_id != user_id:
            authorize(SESSIONS_WRITE)
        return self._found(SignInSession.user_id == user_id)

    def everyone(self, text: str = "", page: int = 1) -> SessionPage:
        """Return a page of all sessions that go on, of people whose login or name holds `text`; latest first."""
        authorize(SESSIONS_WRITE)
        number, wanted = max(1, page), text.strip()
        where = [going_on(self._clock())]
        if wanted:
            key = User.login_key.contains(login_key(wanted), autoescape=True)
            where.append(or_(key, User.name.icontains(wanted, autoescape=True)))
        with self._database.begin(readonly=True) as unit:
            counted = select(func.count()).select_from(SignInSession).join(User, User.id == SignInSession.user_id)
            total = unit.session.scalar(counted.where(*where)) or 0
            rows = session_infos(unit.session, where, (number - 1) * PAGE_SIZE, PAGE_SIZE)
        return SessionPage(tuple(rows), total, number, PAGE_SIZE)

    def end(self, session_id: str, reason: str) -> Changed:
        """End a session, one's own or anybody's.

        Raises:
            PermissionDeniedError: it is somebody else's, and ending such isn't permitted.
        """
        row = self._row(session_id)
        if row is None:
            authorize(SESSIONS_WRITE)
            return Changed()
        require_self_or(row.user_id, SESSIONS_WRITE)
        return self._telling.reached() if self._store.end(session_id, reason) else Changed()

    def end_all(self, user_id: str, reason: str, keep: str | None = None) -> Changed:
        """End every session of somebody but `keep`.

        Raises:
            PermissionDeniedError: it is somebody else, and ending theirs isn't permitted.
        """
        require_self_or(user_id, SESSIONS_WRITE)
        return self._telling.reached() if self._store.end_all(user_id, reason, keep) else Changed()

    def view_as(self, session_id: str, user_id: str | None) -> Changed:
        """See the app as somebody else does, without being able to write; ``None`` ends it.

        Raises:
            PermissionDeniedError: the session is somebody else's, or the person may do what the caller may not.
            InputError: there is no such person, or they are disabled.
        """
        with as_oneself() as real:
            row = self._row(session_id)
            if row is None or row.user_id != real.user_id:
                raise PermissionDeniedError(f"{real.user_id} asks to look through a session that isn't theirs")
            if user_id is not None and user_id != real.user_id:
                self._require_may_view(user_id)
            shown = None if user_id == real.user_id else user_id
            self._store.look_through(session_id, shown)
            kind = "view_as.began" if shown else "view_as.ended"
            detail = {"viewed": shown or row.view_as or ""}
            self._events.note(
                SecurityEvent(kind, "warning" if shown else "info", real.user_id, session=session_id, detail=detail)
            )
            return self._telling.reached()

    def _require_may_view(self, user_id: str) -> None:
        viewer, viewed = authorize(VIEW_AS), self._directory.principal(user_id)
        if viewed is None:
            raise refuse("auth.error.no_user")
        require_held(viewer, _held(viewed))

    def _row(self, session_id: str) -> SignInSession | None:
        with self._database.begin(readonly=True) as unit:
            return unit.session.get(SignInSession, session_id)

    def _found(self, where: ColumnElement[bool]) -> list[SessionInfo]:
        with self._database.begin(readonly=True) as unit:
            return session_infos(unit.session, [going_on(self._clock()), where], 0, None)


def _held(principal: Principal) -> frozenset[str]:
    return principal.permissions - principal.denied
