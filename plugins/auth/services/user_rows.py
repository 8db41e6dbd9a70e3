"""The rows of people that are there: changed with everything that must follow; asks nobody for permission."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import ChangeFeed, Database, NotFoundError, Repository, UnitOfWork
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import Role, User, UserRole
from plugins.auth.problems import refuse
from plugins.auth.services.admins import ADMIN, hold_admins, keeping_an_admin, require_admin
from plugins.auth.services.session_store import TOPIC, SessionStore

LONGEST_REASON: Final = 500


class UserRows:
    """Each change is told to every process, and raises the person's epoch where it is about what they may do."""

    def __init__(
        self, database: Database, changes: ChangeFeed, session_store: SessionStore, *, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._changes = changes
        self._sessions = session_store
        self._clock = clock
        self._users = Repository(database, User)
        self._roles = Repository(database, UserRole)

    def change(self, user_id: str, changes: Mapping[str, Any], *, access: bool = True) -> User:
        """Store changed columns of a person and return the row.

        Args:
            access: whether it is about what they may do; their open pages begin anew then.

        Raises:
            InputError: there is no such person.
        """

        def work(_: UnitOfWork) -> User:
            row = self.locked(user_id)
            self._changes.publish(TOPIC, f"user:{user_id}")
            return self._users.update(row, {**changes, "epoch": row.epoch + access})

        return self._database.run_tx(work)

    def set_password(self, user_id: str, password_hash: str, *, must_change: bool, keep: str | None = None) -> User:
        """Store the hash of a new password and end every session but `keep`.

        Raises:
            InputError: there is no such person.
        """
        changes = {"password_hash": password_hash, "password_changed_at": self._clock(), "must_change": must_change}

        def work(_: UnitOfWork) -> User:
            row = self.change(user_id, changes)
            self._sessions.end_all(user_id, "password", keep=keep)
            return row

        return self._database.run_tx(work)

    def set_roles(
        self, user_id: str, roles: Iterable[str], *, until: datetime | None = None, reason: str | None = None
    ) -> User:
        """Replace a person's roles; what stays keeps its end and reason unless new ones are given.

        Raises:
            InputError: a role doesn't exist, or there is no such person.
            LastAdminError: nobody would be left who may do everything.
        """
        wanted = dict.fromkeys(roles)
        fresh = {"until": until, "reason": (reason or "")[:LONGEST_REASON] or None}

        def work(unit: UnitOfWork) -> User:
            # Also a role that is given may take rights away, by denying them.
            with keeping_an_admin(unit.session, self._clock()):
                require_roles(unit.session, wanted)
                row = self.change(user_id, {})
                held = {each.role: each for each in self._roles.find(UserRole.user_id == user_id)}
                for role in held.keys() - wanted.keys():
                    self._roles.delete((user_id, role))
                for role in wanted:
                    if role not in held:
                        self._roles.add(UserRole(user_id=user_id, role=role, **fresh))
                    elif until is not None or reason is not None:
                        self._roles.update((user_id, role), fresh)
            if ADMIN in held and (ADMIN not in wanted or until is not None):
                self.require_admin(unit.session)
            return row

        return self._database.run_tx(work)

    def give_role(self, user_id: str, role: str, *, until: datetime | None = None, reason: str | None = None) -> None:
        """Give one role besides those a person has; one they have gets the new end and reason.

        Raises:
            InputError: the role doesn't exist, or there is no such person.
            LastAdminError: it would end some day for the last one who may do everything.
        """
        words = {"until": until, "reason": (reason or "")[:LONGEST_REASON] or None}

        def work(unit: UnitOfWork) -> None:
            with keeping_an_admin(unit.session, self._clock()):
                require_roles(unit.session, (role,))
                self.change(user_id, {})
                if self._roles.find(UserRole.user_id == user_id, UserRole.role == role):
                    self._roles.update((user_id, role), words)
                else:
                    self._roles.add(UserRole(user_id=user_id, role=role, **words))
            if role == ADMIN and until is not None:
                self.require_admin(unit.session)

        self._database.run_tx(work)

    def take_role(self, user_id: str, role: str) -> None:
        """Take one role away; one that a person doesn't have is no error.

        Raises:
            InputError: there is no such person.
            LastAdminError: nobody would be left who may do everything.
        """

        def work(unit: UnitOfWork) -> None:
            self.hold_admins(unit.session)
            self.change(user_id, {})
            if self._roles.find(UserRole.user_id == user_id, UserRole.role == role):
                self._roles.delete((user_id, role))
                if role == ADMIN:
                    self.require_admin(unit.session)

        self._database.run_tx(work)

    def locked(self, user_id: str) -> User:
        """Return a person's row and keep others from changing it.

        Raises:
            InputError: there is none.
        """
        try:
            return self._users.get(user_id, lock=True)
        except NotFoundError:
            raise refuse("auth.error.no_user") from None

    def hold_admins(self, session: Session) -> None:
        """Let one change after the other find out whether an administrator is left; call it before any other lock."""
        hold_admins(session)

    def require_admin(self, session: Session, *, besides: str = "") -> None:
        """Refuse what was written so far if nobody is left who may do everything, for good and not disabled.

        Args:
            besides: id of somebody who doesn't count.

        Raises:
            LastAdminError: nobody is.
        """
        require_admin(session, self._clock(), besides=besides)


def require_roles(session: Session, names: Iterable[str]) -> None:
    """Refuse roles that don't exist.

    Raises:
        InputError: naming them.
    """
    wanted = set(names)
    unknown = wanted - set(session.scalars(select(Role.name).where(Role.name.in_(wanted))))
    if unknown:
        raise refuse("auth.error.no_role", "roles", name=", ".join(sorted(unknown)))
