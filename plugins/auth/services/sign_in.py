"""Signing in: password, then a code where one is due, then a new password where one is due; no step can be left out."""

from collections.abc import Callable
from typing import Final, final

from sqlalchemy import ColumnElement, select

from host import Credentials, Database, UnitOfWork
from plugins.auth.models import SignInSession, User
from plugins.auth.services.hash_slots import HashingBusyError
from plugins.auth.services.logins import LONGEST, login_key
from plugins.auth.services.own import require_self
from plugins.auth.services.password_check import BUSY_S, PasswordCheck
from plugins.auth.services.passwords import Passwords
from plugins.auth.services.second_factor import SecondFactor
from plugins.auth.services.session_store import SessionEndedError, SessionStore
from plugins.auth.services.user_rows import UserRows
from plugins.auth.values import (
    Begun,
    Done,
    NeedsCode,
    NeedsNewPassword,
    Problem,
    Refused,
    SessionState,
    SignInAnswer,
)

METHOD: Final = "password"
_ANSWERS: Final[dict[SessionState, Callable[[Begun], Done | NeedsCode | NeedsNewPassword]]] = {
    "open": Done,
    "code": NeedsCode,
    "renew": NeedsNewPassword,
}


@final
class SignIn:
    """The steps before an open session; each decides for itself, whatever the pages show."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        password_check: PasswordCheck,
        *,
        second_factor: SecondFactor,
        session_store: SessionStore,
        user_rows: UserRows,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._check = password_check
        self._second_factor = second_factor
        self._sessions = session_store
        self._rows = user_rows

    def password(self, login: str, password: str, credentials: Credentials, remember: bool = False) -> SignInAnswer:
        """Take login and password (open).

        An unknown login, a wrong password and a disabled account get the same answer after the same work.

        Args:
            credentials: of the request; the session that its cookie still has is replaced.
            remember: whether the session shall outlive the browser's window.
        """
        key = login_key(login[: 2 * LONGEST])
        user = self._user(User.login_key == key)
        refused = self._check.refusal(user, key, password, credentials)
        if refused is not None:
            return refused
        assert user is not None
        state: SessionState = "code" if user.totp_since else "renew" if user.must_change else "open"
        fresh = self._rehashed(user, password)
        begun = self._begun(user, METHOD, credentials, state, remember=remember, fresh=fresh)
        if begun is None:
            return Refused("wrong")
        return _ANSWERS[state](begun)

    def proven(
        self, user_id: str, method: str, credentials: Credentials, *, both_factors: bool, remember: bool
    ) -> SignInAnswer:
        """Let somebody in whom another plugin's way of signing in has proven (open).

        Args:
            method: the `SignInMethod.name`; kept in the session.
            both_factors: whether that way proved two factors by itself, so that no code is asked for.
        """
        user = self._user(User.id == user_id)
        if user is None or user.disabled_at is not None:
            return Refused("wrong")
        state: SessionState = "code" if user.totp_since and not both_factors else "open"
        begun = self._begun(user, method, credentials, state, remember=remember)
        return Refused("wrong") if begun is None else _ANSWERS[state](begun)

    def code(self, session_id: str, code: str, credentials: Credentials) -> SignInAnswer:
        """Take the code of the authenticator, or a recovery code (open).

        Args:
            session_id: of the session that the request's cookie stands for, and that waits for a code.
        """
        row = self._waiting(session_id, "code")
        if row is None:
            return Refused("ended")
        lanes = self._check.code_lanes(row.user_id, credentials)
        refused = self._check.counted(lanes, row.user_id, credentials)
        if refused is not None:
            return refused
        if not self._second_factor.check(row.user_id, code):
            self._check.note("sign_in.code_failed", row.user_id, credentials, "warning", row.id)
            return Refused("wrong")
        self._check.forgiven(lanes)
        user = self._user(User.id == row.user_id)
        if user is None or user.disabled_at is not None:
            return Refused("ended")
        return self._moved_on(row, "renew" if user.must_change else "open", credentials)

    def new_password(self, session_id: str, text: str) -> SignInAnswer:
        """Take the new password that is due (open).

        Args:
            session_id: of the session that the request's cookie stands for, and that waits for it.
        """
        row = self._waiting(session_id, "renew")
        user = self._user(User.id == row.user_id) if row is not None else None
        if row is None or user is None or user.disabled_at is not None:
            return Refused("ended")
        given = credentials_of(row)
        try:
            problems = self._problems_of_new(user, text)
            hashed = "" if problems else self._passwords.hash(text)
        except HashingBusyError:
            return Refused("busy", BUSY_S)
        if problems:
            return Refused("weak", problems=tuple(problems))

        def work(_: UnitOfWork) -> Begun:
            self._rows.set_password(user.id, hashed, must_change=False, keep=session_id)
            return self._sessions.advance(session_id, "open", expected="renew")

        try:
            begun = self._database.run_tx(work)
        except SessionEndedError:
            return Refused("ended")
        self._check.note("password.changed", user.id, given, session=session_id)
        self._entered(row, given)
        return Done(begun)

    def confirm(self, session_id: str, password: str, credentials: Credentials) -> Refused | None:
        """Let somebody signed in prove anew who they are; ``None`` when they did (self)."""
        row = self._waiting(session_id, "open")
        user = self._user(User.id == row.user_id) if row is not None else None
        if row is None or user is None:
            return Refused("ended")
        require_self(user.id)
        refused = self._check.refusal(user, user.login_key, password, credentials)
        if refused is None:
            self._sessions.confirm(session_id)
        return refused

    def change_password(self, session_id: str, old: str, new: str, credentials: Credentials) -> Done | Refused:
        """Let somebody signed in replace their password; other sessions end, this one gets a new token (self)."""
        refused = self.confirm(session_id, old, credentials)
        if refused is not None:
            return refused
        row = self._waiting(session_id, "open")
        user = self._user(User.id == row.user_id) if row is not None else None
        if user is None:
            return Refused("ended")
        try:
            problems = self._problems_of_new(user, new)
            hashed = "" if problems else self._passwords.hash(new)
        except HashingBusyError:
            return Refused("busy", BUSY_S)
        if problems:
            return Refused("weak", problems=tuple(problems))

        def work(_: UnitOfWork) -> Begun:
            self._rows.set_password(user.id, hashed, must_change=False, keep=session_id)
            return self._sessions.advance(session_id, expected="open")

        begun = self._database.run_tx(work)
        self._check.note("password.changed", user.id, credentials, session=session_id)
        return Done(begun)

    def out(self, session_id: str) -> None:
        """End a session because its person leaves (open)."""
        self._sessions.end(session_id, "signed_out")

    def _begun(
        self,
        user: User,
        method: str,
        credentials: Credentials,
        state: SessionState,
        *,
        remember: bool,
        fresh: str | None = None,
    ) -> Begun | None:
        """Begin the session, unless the account has changed while its proof was looked at.

        Args:
            fresh: a hash that replaces the stored one.
        """
        known = self._sessions.knows_device(user.id, credentials.device)
        been = known or self._sessions.has_been_open(user.id)
        before = self._sessions.of_cookie(credentials)

        def work(_: UnitOfWork) -> Begun | None:
            row = self._rows.locked(user.id)
            if row.disabled_at is not None or row.password_hash != user.password_hash:
                return None
            if fresh is not None:
                row.password_hash = fresh
            if before is not None:
                self._sessions.end(before.id, "replaced")
            return self._sessions.begin(user.id, method, credentials, remember=remember, state=state)

        begun = self._database.run_tx(work)
        if begun is not None and state == "open":
            self._note_entry(user.id, begun.id, method, credentials, new_device=been and not known)
        return begun

    def _rehashed(self, user: User, password: str) -> str | None:
        if user.password_hash is None or not self._passwords.needs_rehash(user.password_hash):
            return None
        try:
            return self._passwords.hash(password)
        except HashingBusyError:
            # The next sign-in has another chance.
            return None

    def _moved_on(self, row: SignInSession, state: SessionState, credentials: Credentials) -> SignInAnswer:
        try:
            begun = self._sessions.advance(row.id, state, expected="code")
        except SessionEndedError:
            return Refused("ended")
        if state == "open":
            self._entered(row, credentials)
        return _ANSWERS[state](begun)

    def _entered(self, row: SignInSession, credentials: Credentials) -> None:
        known = self._sessions.knows_device(row.user_id, credentials.device, besides=row.id)
        been = known or self._sessions.has_been_open(row.user_id, besides=row.id)
        self._note_entry(row.user_id, row.id, row.method, credentials, new_device=been and not known)

    def _note_entry(
        self, user_id: str, session: str, method: str, credentials: Credentials, *, new_device: bool
    ) -> None:
        self._check.note("sign_in.ok", user_id, credentials, session=session, method=method)
        if new_device:
            self._check.note("sign_in.new_device", user_id, credentials, "warning", session)

    def _waiting(self, session_id: str, state: SessionState) -> SignInSession | None:
        row = self._sessions.going_on(session_id)
        return row if row is not None and row.state == state else None

    def _problems_of_new(self, user: User, text: str) -> list[Problem]:
        problems = self._passwords.faults(text, user.login, user.name)
        if not problems and self._passwords.verify(user.password_hash, text):
            problems = [Problem("auth.problem.password.same", "password")]
        return problems

    def _user(self, where: ColumnElement[bool]) -> User | None:
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(select(User).where(where))


def credentials_of(row: SignInSession) -> Credentials:
    """Return where a session came from."""
    return Credentials(client=row.client or None, user_agent=row.user_agent, device=row.device)
