"""People for whoever may administer them, and oneself; nobody changes an account that may do more than their own."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, final

from sqlalchemy import select

from host import ChangeFeed, Database, PermissionDeniedError, Principal, Repository, UnitOfWork, authorize
from host.contracts.principal import covers
from host.security.events import EventSeverity
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import User, UserPermission, UserRole
from plugins.auth.permissions import ROLES_WRITE, USERS_READ, USERS_WRITE
from plugins.auth.problems import InputError, refuse
from plugins.auth.services.accounts import Accounts, NewAccount, naming_problems
from plugins.auth.services.admins import ADMIN
from plugins.auth.services.directory import Directory
from plugins.auth.services.giving import require_above, require_held
from plugins.auth.services.logins import login_key
from plugins.auth.services.own import require_self
from plugins.auth.services.passwords import Passwords
from plugins.auth.services.scopes import unknown_scopes
from plugins.auth.services.session_store import TOPIC, SessionStore
from plugins.auth.services.standing import load_person
from plugins.auth.services.telling import Telling
from plugins.auth.services.user_infos import found_people, user_infos
from plugins.auth.services.user_rows import LONGEST_REASON, UserRows, require_roles
from plugins.auth.values import Changed, UserInfo, UserPage

PAGE_SIZE: Final = 25


@final
class Users:
    """Reads and changes people."""

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        accounts: Accounts,
        rows: UserRows,
        *,
        passwords: Passwords,
        session_store: SessionStore,
        directory: Directory,
        telling: Telling,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._accounts = accounts
        self._rows = rows
        self._passwords = passwords
        self._sessions = session_store
        self._directory = directory
        self._telling = telling
        self._clock = clock
        self._said = Repository(database, UserPermission)

    def add(
        self,
        login: str,
        name: str = "",
        password: str | None = None,
        roles: Iterable[str] = ("viewer",),
        *,
        email: str | None = None,
        must_change: bool = False,
    ) -> UserInfo:
        """Store a person and return what is known about them.

        Args:
            name: what pages show; the login without one.
            password: without one, nobody signs in until a reset link was used.

        Raises:
            PermissionDeniedError: the roles hold more than the caller.
            InputError: with everything that is wrong.
        """
        by, given = authorize(USERS_WRITE), tuple(dict.fromkeys(roles))
        self._require_may_give(by, given)
        account = self._accounts.prepared(login, name or login, password, email, must_change=must_change)
        self._store(account, given)
        self._telling.done("user.changed", account.id, by.user_id, change="added", roles=list(given))
        return self._read(User.id == account.id)

    def find(self, text: str = "", page: int = 1) -> UserPage:
        """Return a page of the people whose login or name holds `text`, in the order of logins."""
        authorize(USERS_READ)
        number = max(1, page)
        with self._database.begin(readonly=True) as unit:
            rows, total = found_people(unit.session, text, (number - 1) * PAGE_SIZE, PAGE_SIZE)
            return UserPage(tuple(user_infos(unit.session, rows, self._clock())), total, number, PAGE_SIZE)

    def get(self, user_id: str) -> UserInfo:
        """Return a person.

        Raises:
            InputError: there is none.
        """
        authorize(USERS_READ)
        return self._read(User.id == user_id)

    def by_login(self, login: str) -> UserInfo | None:
        """Return the person with a login, however it is typed."""
        authorize(USERS_READ)
        try:
            return self._read(User.login_key == login_key(login))
        except InputError:
            return None

    def own(self, user_id: str) -> UserInfo:
        """Return one's own account, with the e-mail address unmasked."""
        principal = authorize("host.signed_in")
        if principal.user_id != user_id:
            raise PermissionDeniedError(f"{principal.user_id} asks for the account of {user_id}")
        return self._read(User.id == user_id, plain="" if principal.viewed_by else user_id)

    def rename(self, user_id: str, name: str) -> Changed:
        """Give a person another name to show."""
        by = self._require_above(user_id)
        self._name(user_id, name=name.strip())
        return self._telling.done("user.changed", user_id, by.user_id, change="renamed")

    def rename_self(self, user_id: str, name: str) -> Changed:
        """Give oneself another name to show."""
        require_self(user_id)
        self._name(user_id, name=name.strip())
        return self._telling.done("user.changed", user_id, user_id, change="renamed")

    def set_email(self, user_id: str, email: str | None) -> Changed:
        """Store or take away a person's e-mail address."""
        by = self._require_above(user_id)
        self._name(user_id, email=(email or "").strip() or None)
        return self._telling.done("user.changed", user_id, by.user_id, change="email")

    def set_roles(
        self, user_id: str, roles: Iterable[str], until: datetime | None = None, reason: str | None = None
    ) -> Changed:
        """Replace a person's roles; given ones that stay keep their end and reason unless new ones are given.

        Raises:
            PermissionDeniedError: the person, or the roles, hold more than the caller.
            InputError: a role doesn't exist, or it would be the last administrator's end.
        """
        by, wanted = self._require_above(user_id), tuple(dict.fromkeys(roles))
        if until is not None and until <= self._clock():
            raise refuse("auth.problem.until_past", "until")
        before = self._roles_now(user_id)
        self._require_may_give(by, [role for role in wanted if role not in before])
        self._require_may_lift(by, [role for role in before if role not in wanted or until is not None])
        self._rows.set_roles(user_id, wanted, until=until, reason=reason)
        return self._telling.done(
            "role.changed", user_id, by.user_id, "warning" if ADMIN in set(wanted) ^ before else "info",
            before=sorted(before), roles=sorted(wanted), until=until, reason=reason,
        )  # fmt: skip

    def give_role(self, user_id: str, role: str, until: datetime | None = None, reason: str | None = None) -> Changed:
        """Give a person one role besides those they have; one they have gets the new end and reason.

        Raises:
            PermissionDeniedError: the person, or the role, holds more than the caller.
            InputError: the role doesn't exist, its end is past, or it would be the last administrator's.
        """
        by = self._require_above(user_id)
        if until is not None and until <= self._clock():
            raise refuse("auth.problem.until_past", "until")
        self._require_may_give(by, [role])
        if until is not None and role in self._roles_now(user_id):
            self._require_may_lift(by, [role])
        self._rows.give_role(user_id, role, until=until, reason=reason)
        severity: EventSeverity = "warning" if role == ADMIN else "info"
        return self._telling.done("role.changed", user_id, by.user_id, severity, given=role, until=until, reason=reason)

    def take_role(self, user_id: str, role: str) -> Changed:
        """Take one role away from a person.

        Raises:
            PermissionDeniedError: the person holds more than the caller, or the role denies what the caller lacks.
            InputError: it would be the last administrator's end.
        """
        by = self._require_above(user_id)
        self._require_may_lift(by, [role])
        self._rows.take_role(user_id, role)
        severity: EventSeverity = "warning" if role == ADMIN else "info"
        return self._telling.done("role.changed", user_id, by.user_id, severity, taken=role)

    def set_permission(self, user_id: str, permission: str, effect: str | None) -> Changed:
        """Grant or deny a person a permission besides the roles; ``None`` leaves it to the roles.

        Args:
            effect: ``"grant"``, ``"deny"`` or ``None``.

        Raises:
            PermissionDeniedError: the person, or the permission, is more than the caller holds.
            InputError: nobody declares the permission, or it would be the last administrator's end.
        """
        by = self._require_above(user_id)
        if effect not in ("grant", "deny", None):
            raise refuse("auth.problem.effect", "effect", effect=effect)
        if effect is not None and unknown_scopes([permission], self._directory.declared()):
            raise refuse("auth.error.permission_unknown", "permission", permission=permission)
        if effect == "grant" or (effect is None and self._is_denied(user_id, permission)):
            require_held(by, [permission])

        def work(unit: UnitOfWork) -> None:
            self._rows.hold_admins(unit.session)
            self._rows.change(user_id, {})
            known = unit.session.get(UserPermission, (user_id, permission))
            if known is not None and effect is None:
                self._said.delete((user_id, permission))
            elif known is not None:
                self._said.update((user_id, permission), {"effect": effect})
            elif effect is not None:
                self._said.add(UserPermission(user_id=user_id, permission=permission, effect=effect))
            if effect == "deny" and any(covers((permission,), each) for each in (USERS_WRITE, ROLES_WRITE)):
                self._require_other_admin(unit, user_id)

        self._database.run_tx(work)
        return self._telling.done("role.changed", user_id, by.user_id, permission=permission, effect=effect)

    def disable(self, user_id: str, reason: str) -> Changed:
        """Let a person sign in no more, and end what they have open.

        Raises:
            PermissionDeniedError: the person holds more than the caller.
            InputError: it is the last administrator, or there is no such person.
        """
        by = self._require_above(user_id)

        def work(unit: UnitOfWork) -> None:
            self._rows.hold_admins(unit.session)
            row = self._rows.locked(user_id)
            if row.disabled_at is None:
                self._require_other_admin(unit, user_id)
                because = reason.strip()[:LONGEST_REASON]
                self._rows.change(user_id, {"disabled_at": self._clock(), "disabled_because": because})
            self._sessions.end_all(user_id, "disabled")

        self._database.run_tx(work)
        return self._telling.done("user.changed", user_id, by.user_id, "warning", change="disabled", reason=reason)

    def enable(self, user_id: str) -> Changed:
        """Let a disabled person sign in again."""
        by = self._require_above(user_id)
        self._rows.change(user_id, {"disabled_at": None, "disabled_because": None})
        return self._telling.done("user.changed", user_id, by.user_id, change="enabled")

    def set_password(self, user_id: str, text: str, must_change: bool = True) -> Changed:
        """Set a person's password and end what they have open.

        Args:
            must_change: whether the next sign-in asks for another one, which only the person knows.

        Raises:
            PermissionDeniedError: the person holds more than the caller.
            InputError: with what speaks against the password.
        """
        by, info = self._require_above(user_id), self._read(User.id == user_id)
        faults = self._passwords.faults(text, info.login, info.name)
        if faults:
            raise InputError(*faults)
        self._rows.set_password(user_id, self._passwords.hash(text), must_change=must_change)
        return self._telling.done("password.changed", user_id, by.user_id, "warning")

    def _store(self, account: NewAccount, roles: tuple[str, ...]) -> None:
        def work(unit: UnitOfWork) -> None:
            require_roles(unit.session, roles)
            self._accounts.store(unit.session, account, roles)
            self._changes.publish(TOPIC, f"user:{account.id}")

        self._accounts.run(self._database, account, work, by_owner=False)

    def _name(self, user_id: str, **columns: str | None) -> None:
        found = list(naming_problems(columns.get("name", "-") or "", columns.get("email")))
        if found:
            raise InputError(*found)
        self._rows.change(user_id, columns, access=False)

    def _read(self, where: object, *, plain: str = "") -> UserInfo:
        with self._database.begin(readonly=True) as unit:
            row = unit.session.scalar(select(User).where(where))  # type: ignore[arg-type]
            if row is None:
                raise refuse("auth.error.no_user")
            return user_infos(unit.session, [row], self._clock(), plain=plain)[0]

    def _require_above(self, user_id: str) -> Principal:
        """Return who acts, if they may change people and hold everything that this person does."""
        by = authorize(USERS_WRITE)
        with self._database.begin(readonly=True) as unit:
            person = load_person(unit.session, user_id, also_disabled=True)
        if person is None:
            raise refuse("auth.error.no_user")
        require_above(by, person, self._directory.ruling().policy, self._clock())
        return by

    def _require_may_give(self, by: Principal, roles: Iterable[str]) -> None:
        require_held(by, self._directory.ruling().policy.effective(roles).permissions)

    def _require_may_lift(self, by: Principal, roles: Iterable[str]) -> None:
        """Refuse to take a role away that denies what `by` doesn't hold: without it the person may do more."""
        require_held(by, self._directory.ruling().policy.effective(roles).denied)

    def _roles_now(self, user_id: str) -> frozenset[str]:
        return frozenset(given.role for given in self._read(User.id == user_id).roles)

    def _is_denied(self, user_id: str, permission: str) -> bool:
        with self._database.begin(readonly=True) as unit:
            row = unit.session.get(UserPermission, (user_id, permission))
            return row is not None and row.effect != "grant"

    def _require_other_admin(self, unit: UnitOfWork, user_id: str) -> None:
        lasting = select(UserRole.user_id).where(UserRole.role == ADMIN, UserRole.until.is_(None))
        if unit.session.scalar(lasting.where(UserRole.user_id == user_id)) is not None:
            self._rows.require_admin(unit.session, besides=user_id)
