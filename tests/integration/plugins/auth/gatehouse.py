"""The services of sign-in on a real database: people who come with passwords, devices and networks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pyotp

from host import Credentials, Principal, RunContext
from host.kernel.application import Application
from host.kernel.context import entered
from host.kernel.denials import Denials
from host.security.events import SecurityEvents
from plugins.auth.models import UserRole
from plugins.auth.services.accounts import Accounts
from plugins.auth.services.directory import Directory
from plugins.auth.services.lockout import Lockout
from plugins.auth.services.memory import Memory
from plugins.auth.services.password_check import PasswordCheck
from plugins.auth.services.passwords import Passwords
from plugins.auth.services.session_store import SessionStore
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.sign_in import SignIn
from plugins.auth.services.telling import Telling
from plugins.auth.services.user_rows import UserRows
from plugins.auth.services.users import Users
from plugins.auth.values import Begun, Done, NeedsCode, NeedsNewPassword, SignInAnswer
from tests.integration.plugins.auth.office import Office

PASSWORD = "kelp-on-a-rock-7"
COOKIE = "sid"


def by(token: str = "", *, client: str = "192.0.2.7", device: str = "") -> Credentials:
    """What a request brings along."""
    return Credentials({COOKIE: token} if token else {}, None, client, "Test", device)


def begun(answer: SignInAnswer) -> Begun:
    """The session of an answer that let somebody on."""
    assert isinstance(answer, Done | NeedsCode | NeedsNewPassword), answer
    return answer.begun


@dataclass
class Gatehouse(Office):
    """Everything around sign-in; hashes are cheap."""

    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        super().__post_init__()
        database, changes, clock = self.database, self.changes, self.clock
        self.passwords = Passwords(self.settings, memory_kib=8, passes=1)
        self.lockout = Lockout(database, clock=clock)
        self.store = SessionStore(
            database, changes, self.settings, config=self.config, security_events=self.events, clock=clock
        )
        self.directory = self.another_process(self.memory)
        self.telling = Telling(database, self.acknowledgements, self.events)
        self.sessions = Sessions(
            database,
            self.settings,
            self.store,
            directory=self.directory,
            telling=self.telling,
            security_events=self.events,
            clock=clock,
        )
        self.user_rows = UserRows(database, changes, self.store, clock=clock)
        self.check = PasswordCheck(self.passwords, self.lockout, self.store, self.events, self.config)
        self.sign_in = SignIn(
            database,
            self.passwords,
            self.check,
            second_factor=self.second_factor,
            session_store=self.store,
            user_rows=self.user_rows,
        )
        self.users = Users(
            database,
            changes,
            Accounts(self.passwords, clock=clock),
            self.user_rows,
            passwords=self.passwords,
            session_store=self.store,
            directory=self.directory,
            telling=self.telling,
            clock=clock,
        )

    def another_process(self, memory: Memory) -> Directory:
        """A directory with a memory of its own."""
        return Directory(
            self.database,
            self.changes,
            self.config,
            self.registry,
            session_store=self.store,
            tokens=self.tokens,
            security_events=self.events,
            clock=self.clock,
            memory=memory,
        )

    @contextmanager
    def acting(self, who: Principal) -> Iterator[None]:
        """Let `who` act for the block."""
        host = SimpleNamespace(denials=lambda: Denials(SecurityEvents()))
        bare = SimpleNamespace(resource_rules=(), host=host, principal=self.directory.principal)
        with entered(RunContext(application=cast("Application", bare), principal=who, correlation_id="test")):
            yield

    def human(self, login: str = "anna", *roles: str, password: str = PASSWORD, **values: object) -> str:
        """Store somebody with a password and roles; return the id."""
        user_id = self.person(login, password_hash=self.passwords.hash(password), **values)
        with self.database.begin() as unit:
            unit.session.add_all(UserRole(user_id=user_id, role=role) for role in roles or ("viewer",))
        return user_id

    def enrolled(self, login: str = "anna", **values: object) -> tuple[str, pyotp.TOTP]:
        """Store somebody with a second factor; return the id and the authenticator."""
        secret = pyotp.random_base32()
        return self.human(login, totp_secret=secret, totp_since=self.clock(), **values), pyotp.TOTP(secret)

    def signed_in(self, login: str = "anna", **credentials: str) -> Begun:
        """Sign somebody in who needs only a password."""
        answer = self.sign_in.password(login, PASSWORD, by(**credentials))
        assert isinstance(answer, Done), answer
        return answer.begun

    def who(self, token: str) -> Principal | None:
        """Who comes in with a token."""
        return self.directory.resolve(by(token))
