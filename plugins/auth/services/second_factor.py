"""The second factor: enrolled by its owner, asked for at sign-in; no code counts twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from host import AppConfig, Database, NotFoundError, Repository, UnitOfWork, authorize
from host.kernel.registry import Registry
from host.security.events import EventSeverity, SecurityEvent, SecurityEvents
from plugins.auth.models import RecoveryCode, User
from plugins.auth.permissions import USERS_WRITE
from plugins.auth.problems import refuse
from plugins.auth.services.giving import require_above
from plugins.auth.services.own import require_self
from plugins.auth.services.policies import load_ruling
from plugins.auth.services.recovery import code_hash, is_code, new_codes
from plugins.auth.services.standing import load_person
from plugins.auth.services.totp import enrolment_uri, matching_step, new_secret, picture
from plugins.auth.settings import AuthSettings


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs to know, to be shown to its owner only.

    Args:
        secret: for typing.
        uri: ``otpauth://…``, what the picture says.
        svg: the picture, an SVG element.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


class SecondFactor:
    """Codes of an authenticator app, and recovery codes for when it is lost."""

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        config: AppConfig,
        security_events: SecurityEvents,
        registry: Registry,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._issuer = settings.issuer or config.title
        self._events = security_events
        self._registry = registry
        self._clock = clock
        self._users = Repository(database, User)

    def begin(self, user_id: str) -> Enrolment:
        """Return a fresh secret, in force once `confirm` was called with a code made from it.

        Raises:
            InputError: there is a second factor already.
        """
        require_self(user_id)

        def work(_: UnitOfWork) -> User:
            user = self._without(user_id)
            return self._users.update(user, {"totp_secret": new_secret()})

        return self._enrolment(self._database.run_tx(work))

    def pending(self, user_id: str) -> Enrolment | None:
        """Return the secret that waits to be confirmed, to be shown again; ``None`` where none does."""
        require_self(user_id)
        user = self._users.get(user_id)
        return self._enrolment(user) if user.totp_secret and user.totp_since is None else None

    def confirm(self, user_id: str, code: str) -> tuple[str, ...]:
        """Put the secret in force and return the recovery codes, which nobody can read again.

        Raises:
            InputError: the code is wrong, nothing waits to be confirmed, or there is a second factor already.
        """
        require_self(user_id)
        codes = new_codes()

        def work(unit: UnitOfWork) -> None:
            user, moment = self._without(user_id), self._clock()
            step = matching_step(user.totp_secret or "", _typed(code), moment, None) if user.totp_secret else None
            if step is None:
                raise refuse("auth.error.code_wrong", "code")
            self._users.update(user, {"totp_since": moment, "totp_step": step})
            _replace_codes(unit.session, user_id, codes)

        self._database.run_tx(work)
        self._note("mfa.on", user_id)
        return codes

    def required(self, user_id: str) -> bool:
        """Tell whether a code is asked for at sign-in (open)."""
        try:
            return self._users.get(user_id).totp_since is not None
        except NotFoundError:
            return False

    def check(self, user_id: str, code: str) -> bool:
        """Take a code, of the app or for recovery, and tell whether it counted (open); each does so once.

        Failed attempts are counted by whoever asks.
        """
        used = self._database.run_tx(lambda unit: self._taken(unit.session, user_id, code))
        if used == "recovery":
            self._note("recovery.used", user_id, "warning")
        return used is not None

    def fresh_codes(self, user_id: str) -> tuple[str, ...]:
        """Replace the recovery codes and return the new ones; the old ones count no more.

        Raises:
            InputError: there is no second factor.
        """
        require_self(user_id)
        codes = new_codes()

        def work(unit: UnitOfWork) -> None:
            if self._users.get(user_id, lock=True).totp_since is None:
                raise refuse("auth.error.no_second_factor")
            _replace_codes(unit.session, user_id, codes)

        self._database.run_tx(work)
        self._note("recovery.renewed", user_id)
        return codes

    def codes_left(self, user_id: str) -> int:
        """Return how many recovery codes still count."""
        require_self(user_id)
        unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(unused) or 0

    def off(self, user_id: str) -> None:
        """Take one's own second factor away; ask for a fresh proof of identity before."""
        require_self(user_id)
        self._remove(user_id, {})

    def remove(self, user_id: str) -> None:
        """Take somebody's second factor away, who has lost it.

        Raises:
            PermissionDeniedError: the person may do more than the one who acts.
        """
        by = authorize(USERS_WRITE)
        with self._database.begin(readonly=True) as unit:
            person = load_person(unit.session, user_id, also_disabled=True)
            policy = load_ruling(unit.session, self._registry).policy
        if person is None:
            raise refuse("auth.error.no_user")
        require_above(by, person, policy, self._clock())
        self._remove(user_id, {"by": by.user_id})

    def _remove(self, user_id: str, detail: dict[str, str]) -> None:
        def work(unit: UnitOfWork) -> bool:
            user = self._users.get(user_id, lock=True)
            had = user.totp_secret is not None
            if had:
                self._users.update(user, {"totp_secret": None, "totp_since": None, "totp_step": None})
            _replace_codes(unit.session, user_id, ())
            return had

        if self._database.run_tx(work):
            self._note("mfa.off", user_id, "warning", detail)

    def _taken(self, session: Session, user_id: str, code: str) -> str | None:
        # The lock on the person's row lets one attempt after the other see what the one before took.
        try:
            user = self._users.get(user_id, lock=True)
        except NotFoundError:
            return None
        if user.totp_since is None or user.totp_secret is None:
            return None
        step = matching_step(user.totp_secret, _typed(code), self._clock(), user.totp_step)
        if step is not None:
            self._users.update(user, {"totp_step": step})
            return "app"
        return "recovery" if is_code(code) and self._took_recovery(session, user_id, code) else None

    def _took_recovery(self, session: Session, user_id: str, code: str) -> bool:
        row = session.get(RecoveryCode, (user_id, code_hash(user_id, code)), populate_existing=True)
        if row is None or row.used_at is not None:
            return False
        row.used_at = self._clock()
        session.flush()
        return True

    def _without(self, user_id: str) -> User:
        user = self._users.get(user_id, lock=True)
        if user.totp_since is not None:
            raise refuse("auth.error.second_factor_on")
        return user

    def _enrolment(self, user: User) -> Enrolment:
        secret = user.totp_secret or ""
        uri = enrolment_uri(secret, user.login, self._issuer)
        return Enrolment(secret, uri, picture(uri))

    def _note(
        self, kind: str, user_id: str, severity: EventSeverity = "info", detail: dict[str, str] | None = None
    ) -> None:
        self._events.note(SecurityEvent(kind, severity, user_id, detail=dict(detail or {})))


def _typed(code: str) -> str:
    return "".join(code.split())


def _replace_codes(session: Session, user_id: str, codes: tuple[str, ...]) -> None:
    for row in session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user_id)):
        session.delete(row)
    session.flush()
    session.add_all(RecoveryCode(user_id=user_id, code_hash=code_hash(user_id, code)) for code in codes)
    session.flush()
