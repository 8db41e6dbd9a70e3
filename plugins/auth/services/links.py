"""Links that may be used once: to set the app up, to choose a new password, to join."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import ChangeFeed, Database, Principal, UnitOfWork, authorize
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import Link, Role, User
from plugins.auth.permissions import USERS_READ, USERS_WRITE
from plugins.auth.problems import refuse
from plugins.auth.services.accounts import Accounts, NewAccount, acting_for
from plugins.auth.services.directory import Directory
from plugins.auth.services.giving import not_held, require_held
from plugins.auth.services.link_rows import LinkInfo, LinkKind, MadeLink, find, info, new_link, take
from plugins.auth.services.session_store import TOPIC
from plugins.auth.services.user_rows import UserRows
from plugins.auth.settings import AuthSettings

SETUP_ROLES: Final = ("admin",)
DEMO: Final = "demo"
"""Login of the person that ``app run --as demo`` signs in."""
LONGEST_NOTE: Final = 200


class Links:
    """Makes links, tells whether they still count, and uses them up."""

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        settings: AuthSettings,
        accounts: Accounts,
        user_rows: UserRows,
        *,
        directory: Directory,
        security_events: SecurityEvents,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._settings = settings
        self._accounts = accounts
        self._user_rows = user_rows
        self._directory = directory
        self._events = security_events
        self._clock = clock

    def make_setup(self, created_by: str = "start") -> MadeLink | None:
        """Return a link for the first administrator, ``None`` once somebody may sign in (open: a start calls it)."""

        def work(unit: UnitOfWork) -> MadeLink | None:
            if _somebody(unit.session):
                return None
            lasts = timedelta(minutes=self._settings.setup_link_minutes)
            return new_link(unit.session, "setup", lasts, self._clock(), created_by=created_by)

        return self._database.run_tx(work)

    def make_reset(self, user_id: str) -> MadeLink:
        """Return a link by which a person chooses a new password; older ones count no more.

        Raises:
            InputError: there is no such person, or they are disabled.
            PermissionDeniedError: the person may do more than the one who acts.
        """
        principal = authorize(USERS_WRITE)
        target = self._directory.principal(user_id)
        if target is None:
            raise refuse("auth.error.no_active_user")
        require_held(principal, target.permissions)

        def work(unit: UnitOfWork) -> MadeLink:
            self._void(unit.session, "reset", user_id)
            lasts = timedelta(hours=self._settings.reset_link_hours)
            by = principal.user_id
            return new_link(unit.session, "reset", lasts, self._clock(), created_by=by, user_id=user_id)

        return self._made(work, principal)

    def make_invite(self, roles: Collection[str] = ("viewer",), note: str = "") -> MadeLink:
        """Return a link by which somebody makes an account with `roles`.

        Args:
            note: whom it is for; shown to those who manage people.

        Raises:
            InputError: accounts can't be made by invitation, a role doesn't exist, or the note is too long.
            PermissionDeniedError: the roles give what the one who acts doesn't hold.
        """
        principal = authorize(USERS_WRITE)
        if self._settings.sign_up == "off":
            raise refuse("auth.error.sign_up_off")
        if len(note) > LONGEST_NOTE:
            raise refuse("auth.error.note", "note", longest=LONGEST_NOTE)
        policy = self._directory.ruling().policy
        unknown = sorted(set(roles) - policy.roles.keys())
        if unknown:
            raise refuse("auth.error.no_role", "roles", name=", ".join(unknown))
        require_held(principal, policy.effective(roles).permissions)
        lasts = timedelta(days=self._settings.invite_link_days)
        by = principal.user_id
        return self._made(
            lambda unit: new_link(
                unit.session, "invite", lasts, self._clock(), created_by=by, roles=roles, note=note.strip()
            ),
            principal,
        )

    def pending(self) -> list[LinkInfo]:
        """Return the links that may still be used, newest first."""
        authorize(USERS_READ)
        waiting = select(Link).where(Link.used_at.is_(None), Link.expires_at > self._clock())
        with self._database.begin(readonly=True) as unit:
            rows = unit.session.scalars(waiting.order_by(Link.created_at.desc(), Link.id)).all()
            return [info(unit.session, row) for row in rows]

    def revoke(self, link_id: str) -> None:
        """Take a link back; one that was used or is gone is no error."""
        authorize(USERS_WRITE)

        def work(unit: UnitOfWork) -> None:
            row = unit.session.get(Link, link_id, with_for_update=True)
            if row is not None and row.used_at is None:
                row.used_at = self._clock()
                unit.session.flush()

        self._database.run_tx(work)

    def look(self, token: str) -> LinkInfo | None:
        """Return a link that may still be used (open); looking uses nothing up."""
        with self._database.begin(readonly=True) as unit:
            found = find(unit.session, token, self._clock())
            if found is not None and found.kind == "setup" and _somebody(unit.session):
                return None
        invited = found is not None and found.kind == "invite"
        if found is None or (invited and self._settings.sign_up == "off"):
            return None
        return found if self._still_given(found) else None

    def set_up(self, token: str, login: str, name: str, password: str, email: str | None = None) -> str:
        """Make the first administrator and return the id (open); of any number of attempts at once one succeeds.

        Raises:
            InputError: the link counts no more, somebody is there already, or something typed is wrong.
        """
        self._require(token, "setup")
        account = self._accounts.prepared(login, name, password, email)

        def work(unit: UnitOfWork) -> None:
            # One lock for all links: the row is always there, so attempts with different links wait for each other.
            unit.session.get(Role, "admin", with_for_update=True)
            if _somebody(unit.session):
                raise refuse("auth.error.link_gone")
            take(unit.session, token, "setup", self._clock())
            self._stored_account(unit.session, account, SETUP_ROLES)

        self._accounts.run(self._database, account, work)
        self._note("setup.done", account.id)
        return account.id

    def join(self, token: str, login: str, name: str, password: str, email: str | None = None) -> str:
        """Make an account by invitation and return the id (open).

        Raises:
            InputError: the link counts no more, or something typed is wrong; then it can be used again.
        """
        self._require(token, "invite")
        account = self._accounts.prepared(login, name, password, email)

        def work(unit: UnitOfWork) -> None:
            taken = take(unit.session, token, "invite", self._clock())
            self._stored_account(unit.session, account, taken.roles)

        self._accounts.run(self._database, account, work)
        self._note("link.used", account.id, link="invite")
        return account.id

    def reset(self, token: str, password: str) -> str:
        """Set a new password, sign the person out everywhere, and return the id (open).

        Raises:
            InputError: the link counts no more, or the password is too weak; then it can be used again.
        """
        looked = self._require(token, "reset")
        user = self._user(looked)
        hashed = self._accounts.password_hash(password, user.login, user.name)

        def work(unit: UnitOfWork) -> None:
            taken = take(unit.session, token, "reset", self._clock())
            assert taken.user_id is not None
            self._user_rows.set_password(taken.user_id, hashed, must_change=False)
            self._void(unit.session, "reset", taken.user_id)

        with acting_for(user.id, user.name):
            self._database.run_tx(work)
        self._note("link.used", user.id, link="reset")
        self._note("password.changed", user.id, how="link")
        return user.id

    def _still_given(self, found: LinkInfo) -> bool:
        """Tell whether who made a link may still give what it gives; what a start or the command line made stays."""
        with self._database.begin(readonly=True) as unit:
            if unit.session.get(User, found.created_by) is None:
                return True
        giver = self._directory.principal(found.created_by)
        if giver is None or not giver.may(USERS_WRITE):
            return False
        gives = self._directory.ruling().policy.effective(found.roles).permissions
        target = self._directory.principal(found.user_id) if found.user_id else None
        return not not_held(giver, gives | (target.permissions if target else frozenset()))

    def _require(self, token: str, kind: LinkKind) -> LinkInfo:
        """Look before the costly hashing."""
        found = self.look(token)
        if found is None or found.kind != kind:
            raise refuse("auth.error.link_gone")
        return found

    def _user(self, found: LinkInfo) -> User:
        with self._database.begin(readonly=True) as unit:
            return unit.session.get_one(User, found.user_id)

    def _stored_account(self, session: Session, account: NewAccount, roles: Collection[str]) -> None:
        user = self._accounts.store(session, account, roles)
        self._changes.publish(TOPIC, f"user:{user.id}")

    def _void(self, session: Session, kind: LinkKind, user_id: str) -> None:
        older = select(Link).where(Link.kind == kind, Link.user_id == user_id, Link.used_at.is_(None))
        for row in session.scalars(older.with_for_update()):
            row.used_at = self._clock()
        session.flush()

    def _made(self, work: Callable[[UnitOfWork], MadeLink], by: Principal) -> MadeLink:
        made = self._database.run_tx(work)
        self._note("link.made", by.user_id, link=made.kind, id=made.id)
        return made

    def _note(self, kind: str, user_id: str, **detail: object) -> None:
        self._events.note(SecurityEvent(kind, "info", user_id, detail=detail))


def _somebody(session: Session) -> bool:
    """Tell whether anybody may sign in; the demonstration's person, who has no password, doesn't count."""
    demo = (User.login_key == DEMO) & User.password_hash.is_(None)
    return session.scalar(select(User.id).where(User.disabled_at.is_(None), ~demo).limit(1)) is not None
