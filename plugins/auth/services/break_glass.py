"""Break-glass: more rights for some hours, with a reason, when nobody who has them can be reached."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final
from uuid import uuid4

from host import Database, Repository, UnitOfWork, authorize
from host.contracts.principal import EVERY_PERMISSION
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import UserRole
from plugins.auth.problems import refuse
from plugins.auth.services.accounts import Accounts, NewAccount
from plugins.auth.services.admins import ADMIN
from plugins.auth.services.link_rows import MadeLink, new_link
from plugins.auth.services.telling import Telling
from plugins.auth.services.user_rows import LONGEST_REASON, UserRows, require_roles
from plugins.auth.values import Changed

MOST_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """What was given.

    Args:
        link: by which a person made for it chooses a password; ``None`` for one who was there already.
    """

    user_id: str
    login: str
    role: str
    until: datetime
    link: MadeLink | None
    changed: Changed


@final
class BreakGlass:
    """Gives a role for a while; it ends by itself."""

    def __init__(
        self, database: Database, accounts: Accounts, user_rows: UserRows, telling: Telling, *, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._rows = user_rows
        self._telling = telling
        self._clock = clock
        self._roles = Repository(database, UserRole)

    def give(self, user_id: str, role: str, hours: float, reason: str) -> BrokenGlass:
        """Give somebody a role for some hours.

        Raises:
            InputError: there is no such active person or role, they have it for good, or the reason is missing.
        """
        by, until = authorize(EVERY_PERMISSION), self._until(hours, reason)

        def work(unit: UnitOfWork) -> str:
            self._rows.hold_admins(unit.session)
            require_roles(unit.session, (role,))
            row = self._rows.change(user_id, {})
            if row.disabled_at is not None:
                raise refuse("auth.error.no_active_user")
            self._put(user_id, role, until, reason)
            return row.login

        login = self._database.run_tx(work)
        return BrokenGlass(user_id, login, role, until, None, self._told(user_id, by.user_id, role, until, reason))

    def make(self, hours: float, reason: str) -> BrokenGlass:
        """Make a person who is administrator for some hours, for when nobody can sign in; afterwards they hold nothing.

        Raises:
            InputError: the reason is missing, or the hours are too many.
        """
        by, until = authorize(EVERY_PERMISSION), self._until(hours, reason)
        login = f"break-glass-{self._clock():%Y%m%d}-{secrets.token_hex(3)}"
        account = NewAccount(uuid4().hex, login, login, None, None)

        def work(unit: UnitOfWork) -> MadeLink:
            self._accounts.store(unit.session, account, ())
            self._rows.change(account.id, {})
            self._put(account.id, ADMIN, until, reason)
            lasts = until - self._clock()
            made_by = by.user_id
            return new_link(unit.session, "reset", lasts, self._clock(), created_by=made_by, user_id=account.id)

        link = self._database.run_tx(work)
        changed = self._told(account.id, by.user_id, ADMIN, until, reason)
        return BrokenGlass(account.id, login, ADMIN, until, link, changed)

    def _put(self, user_id: str, role: str, until: datetime, reason: str) -> None:
        words = {"until": until, "reason": reason.strip()}
        held = self._roles.find(UserRole.user_id == user_id, UserRole.role == role)
        if held and held[0].until is None:
            raise refuse("auth.error.role_for_good", "role", name=role)
        if held:
            self._roles.update((user_id, role), words)
        else:
            self._roles.add(UserRole(user_id=user_id, role=role, **words))

    def _until(self, hours: float, reason: str) -> datetime:
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise refuse("auth.error.reason", "reason", longest=LONGEST_REASON)
        if not 0 < hours <= MOST_HOURS:
            raise refuse("auth.error.hours", "hours", longest=MOST_HOURS)
        return self._clock() + timedelta(hours=hours)

    def _told(self, user_id: str, by: str, role: str, until: datetime, reason: str) -> Changed:
        return self._telling.done(
            "break_glass.used", user_id, by, "alert", role=role, until=until, reason=reason.strip()
        )
