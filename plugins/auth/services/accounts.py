"""New accounts as rows: judged and hashed before the transaction, stored inside it; asks nobody for permission."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host import Database, Principal, UnitOfWork
from host.kernel.context import entered, running
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import Role, User, UserRole
from plugins.auth.problems import InputError, refuse
from plugins.auth.services.logins import login_key, login_problems
from plugins.auth.services.passwords import Passwords
from plugins.auth.values import Problem

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person-to-be whose login, name and password are fit to be stored."""

    id: str
    login: str
    name: str
    email: str | None
    password_hash: str | None = field(repr=False)
    must_change: bool = False


class Accounts:
    """Makes accounts out of what people typed about themselves."""

    def __init__(self, passwords: Passwords, *, clock: Clock = utc_now) -> None:
        self._passwords = passwords
        self._clock = clock

    def prepared(
        self, login: str, name: str, password: str | None, email: str | None = None, *, must_change: bool = False
    ) -> NewAccount:
        """Judge what was typed and hash the password.

        Args:
            password: without one, nobody signs in until a reset link was used.
            must_change: whether the first sign-in asks for another password.

        Raises:
            InputError: with everything that is wrong at once.
            HashingBusyError: too many passwords are being hashed.
        """
        email = (email or "").strip() or None
        problems = [*login_problems(login), *naming_problems(name.strip(), email)]
        problems += self._passwords.faults(password, login, name) if password is not None else []
        if problems:
            raise InputError(*problems)
        hashed = self._passwords.hash(password) if password is not None else None
        return NewAccount(uuid4().hex, login.strip(), name.strip(), email, hashed, must_change)

    def password_hash(self, password: str, login: str, name: str) -> str:
        """Return the hash of somebody's new password.

        Raises:
            InputError: it is too weak.
            HashingBusyError: too many passwords are being hashed.
        """
        problems = self._passwords.faults(password, login, name)
        if problems:
            raise InputError(*problems)
        return self._passwords.hash(password)

    def store(self, session: Session, account: NewAccount, roles: Collection[str]) -> User:
        """Store an account with those of `roles` that still exist.

        Raises:
            InputError: the login is taken.
        """
        key = login_key(account.login)
        # Whoever is faster by a moment is found by the unique index.
        if session.scalar(select(User.id).where(User.login_key == key)) is not None:
            raise refuse("auth.problem.login.taken", "login", login=account.login)
        now = self._clock()
        user = User(
            id=account.id,
            login=account.login,
            login_key=key,
            name=account.name,
            email=account.email,
            password_hash=account.password_hash,
            password_changed_at=now if account.password_hash is not None else None,
            must_change=account.must_change,
            created_at=now,
        )
        session.add(user)
        session.flush()
        there = session.scalars(select(Role.name).where(Role.name.in_(sorted(roles))))
        session.add_all(UserRole(user_id=user.id, role=role) for role in there)
        session.flush()
        return user

    def run(
        self, database: Database, account: NewAccount, work: Callable[[UnitOfWork], None], *, by_owner: bool = True
    ) -> None:
        """Run `work`, which stores the account, with the new person as the one who acts.

        Args:
            by_owner: without it, whoever acts anyway goes on acting.

        Raises:
            InputError: somebody else took the login a moment ago.
        """
        try:
            with acting_for(account.id, account.name) if by_owner else nullcontext():
                database.run_tx(work)
        except IntegrityError as error:
            if "login_key" not in str(error.orig):
                raise
            raise refuse("auth.problem.login.taken", "login", login=account.login) from None


@contextmanager
def acting_for(user_id: str, name: str) -> Iterator[None]:
    """Let the books say that this person acts, who isn't signed in yet but proved by a link who they are."""
    context = running()
    if context is None:
        yield
        return
    with entered(replace(context, principal=Principal(user_id, name))):
        yield


def naming_problems(name: str, email: str | None) -> Iterator[Problem]:
    """Yield what speaks against a name to show and an e-mail address."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        yield Problem("auth.error.name", "name", {"longest": str(LONGEST_NAME)})
    if email is not None and (len(email) > LONGEST_EMAIL or "@" not in email[1:-1] or not email.isprintable()):
        yield Problem("auth.error.email", "email")
