"""The services around roles, codes, links and tokens on a real database, used by whom the test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from host import Database, Permission, Principal, RunContext
from host.config import AppConfig, load_config
from host.data import ChangeFeed, ProcessTable, Target, host_target
from host.data.audit import AuditRecorder, WriteGuard
from host.data.protection.extension import FieldProtection
from host.kernel.acknowledged import Acknowledgements
from host.kernel.acting import acting as kernel_acting
from host.kernel.application import Application
from host.kernel.context import entered
from host.kernel.denials import Denials
from host.kernel.registry import Contributions, Registry
from host.security import Keyring
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth import permissions
from plugins.auth.models import Base, User
from plugins.auth.services.roles import Roles
from plugins.auth.services.second_factor import SecondFactor
from plugins.auth.services.telling import Telling
from plugins.auth.services.tokens import Tokens
from plugins.auth.settings import AuthSettings
from tests.schema import migrated

MIGRATIONS = Path(__file__).parents[4] / "plugins/auth/migrations"
TARGET = Target("auth", MIGRATIONS, "auth_", Base.metadata)
BOSS = Principal("boss", "Boss", frozenset({"admin"}), frozenset({"*"}))
WAREHOUSE = (
    Permission(name="warehouse.read", title="Read", roles=frozenset({"viewer"})),
    Permission(name="warehouse.edit", title="Edit", roles=frozenset({"editor"})),
)


@contextmanager
def acting(who: Principal) -> Iterator[None]:
    """Let `who` act for the block."""
    bare = SimpleNamespace(resource_rules=(), host=SimpleNamespace(denials=lambda: Denials(SecurityEvents())))
    with entered(RunContext(application=cast("Application", bare), principal=who, correlation_id="test")):
        yield


@dataclass
class Clock:
    """A clock that the test moves."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Office:
    """Services, a clock to turn, and the security events that were noted."""

    database: Database
    folder: Path
    settings: AuthSettings = field(default_factory=AuthSettings)
    clock: Clock = field(default_factory=Clock)
    heard: list[SecurityEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        keyring = Keyring(self.folder / "keys.json", make=True)
        for extension in (AuditRecorder(keyring, kernel_acting), WriteGuard(), FieldProtection(keyring)):
            extension.attach(self.database)
        migrated(self.database, host_target(), TARGET)
        self.config: AppConfig = load_config(self.folder)
        self.registry = Registry()
        self.registry.add("auth", "1", Contributions(permissions=permissions.declared()))
        self.registry.add("warehouse", "1", Contributions(permissions=list(WAREHOUSE)))
        self.events = SecurityEvents()
        self.events.listen(self.heard.append)
        self.changes = ChangeFeed(self.database)
        self.acknowledgements = Acknowledgements(self.database, self.changes, ProcessTable(self.database))
        common: dict[str, Any] = {"clock": self.clock}
        self.second_factor = SecondFactor(
            self.database, self.settings, self.config, self.events, self.registry, **common
        )
        self.tokens = Tokens(self.database, self.settings, self.config, self.registry, self.events, **common)
        telling = Telling(self.database, self.acknowledgements, self.events)
        self.roles = Roles(self.database, self.changes, self.registry, telling)

    def person(self, login: str = "anna", **values: Any) -> str:
        """Store a person past every service and return the id."""
        row = User(id=uuid4().hex, login=login, login_key=login, name=login.title(), created_at=self.clock(), **values)
        with self.database.begin() as unit:
            unit.session.add(row)
        return row.id

    def kinds(self) -> list[str]:
        """Return the kinds of events noted so far."""
        return [event.kind for event in self.heard]


def person(user_id: str, *held: str, denied: tuple[str, ...] = (), **values: Any) -> Principal:
    """Somebody signed in who holds `held`."""
    return Principal(user_id, user_id, permissions=frozenset(held), denied=frozenset(denied), **values)
