"""The running app as the rest of the host sees it: plugins, contributions, who may enter, health, the end."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from host.config import AppConfig
from host.contracts.auth import Authenticator, Credentials, LoginAuthenticator, SessionAuthenticator
from host.contracts.principal import Principal
from host.contributions import (
    Catalogue,
    Command,
    Flag,
    Guard,
    HealthCheck,
    Page,
    Permission,
    ResourceRule,
    Role,
    Route,
    Seed,
    SignInMethod,
)
from host.kernel.active import ActivePlugin
from host.kernel.bind import bind
from host.kernel.flags.service import Flags
from host.kernel.ground import Ground
from host.kernel.health import HealthReport, HealthRunner
from host.kernel.host_health import ESSENTIAL, HostHealth, plugin_check
from host.kernel.live import LiveChoices
from host.kernel.plan import Plan
from host.kernel.registry import Owned, Registry
from host.kernel.report import Report
from host.kernel.starter import Starter


@dataclass
class Application:
    """What `boot` returns.

    Args:
        closed: why the app serves a maintenance page only, or ``None``.
        marker: random per process; the gate sends it along, the script refuses to run without it.
        ready: whether the start has ended and the end has not begun.
    """

    ground: Ground
    starter: Starter
    closed: str | None
    authenticator: Authenticator
    marker: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    health_runner: HealthRunner = field(default_factory=lambda: HealthRunner(ESSENTIAL))
    ready: bool = False

    @property
    def config(self) -> AppConfig:
        """The settings."""
        return self.ground.config

    @property
    def host(self) -> Any:
        """The container of the host's services."""
        return self.ground.host

    @property
    def live(self) -> LiveChoices:
        """The choices, with exposure as of now."""
        return self.ground.live

    @property
    def role(self) -> Role:
        """What this process is."""
        return self.starter.role

    @property
    def plan(self) -> Plan:
        """The plan that was started."""
        return self.starter.plan

    @property
    def report(self) -> Report:
        """Every plugin's fate."""
        return self.starter.report

    @property
    def registry(self) -> Registry:
        """What active plugins contribute."""
        return self.starter.registry

    @property
    def plugins(self) -> Mapping[str, ActivePlugin]:
        """The active plugins by id."""
        return self.starter.alive

    @property
    def stops(self) -> ExitStack:
        """What must be undone at the end, in reverse."""
        return self.starter.stops

    @property
    def plan_hash(self) -> str:
        """Fingerprint of the graph: processes that differ in it run different plugins."""
        return self.plan.hash

    @property
    def pages(self) -> dict[str, Owned[Page]]:
        """Every page by path, in plan order."""
        return {each.value.path: each for each in self.registry.owned("pages")}

    @property
    def permissions(self) -> list[Owned[Permission]]:
        """Every declared permission."""
        return self.registry.owned("permissions")

    @property
    def routes(self) -> list[Owned[Route]]:
        """Every HTTP route."""
        return self.registry.owned("routes")

    @property
    def guards(self) -> list[Owned[Guard]]:
        """Every guard, in plan order."""
        return self.registry.owned("guards")

    @property
    def catalogues(self) -> list[Owned[Catalogue]]:
        """Every catalogue of UI texts."""
        return self.registry.owned("catalogues")

    @property
    def health_checks(self) -> list[Owned[HealthCheck]]:
        """Every plugin's health check."""
        return self.registry.owned("health_checks")

    @property
    def commands(self) -> list[Owned[Command]]:
        """Every command."""
        return self.registry.owned("commands")

    @property
    def seeds(self) -> list[Owned[Seed]]:
        """Every set of example data."""
        return self.registry.owned("seeds")

    @property
    def flags(self) -> list[Owned[Flag]]:
        """Every declared feature flag."""
        return self.registry.owned("flags")

    @property
    def feature_flags(self) -> Flags:
        """The values of the flags, and where operators change them."""
        return self.starter.flags

    @property
    def resource_rules(self) -> list[Owned[ResourceRule]]:
        """Every rule that narrows a permission."""
        return self.registry.owned("resource_rules")

    @property
    def sign_in_methods(self) -> list[Owned[SignInMethod]]:
        """Every way to sign in."""
        return self.registry.owned("sign_in_methods")

    def bind(self, plugin: str, function: Callable[..., Any], **extra: Any) -> Callable[..., Any]:
        """Return `function` with its parameters filled from the plugin's services and `extra`."""
        return bind(function, self.plugins[plugin].services, **extra)

    def exposed(self, plugin: str, principal: Principal) -> bool:
        """Tell whether `principal` sees what `plugin` adds; read on every run."""
        return self.live.exposed(plugin, principal)

    def authenticate(self, credentials: Credentials) -> Principal | None:
        """Return who is behind a request, or ``None`` for nobody."""
        return None if self.closed else self.authenticator.resolve(credentials)

    def principal(self, user_id: str) -> Principal | None:
        """Return a user's principal as of now."""
        return None if self.closed else self.authenticator.principal(user_id)

    def signed_in(self, user_id: str, session: str) -> Principal | None:
        """Return who is behind a sign-in session as of now; a provider without sessions is asked for the user."""
        if self.closed:
            return None
        if isinstance(self.authenticator, SessionAuthenticator):
            return self.authenticator.signed_in(user_id, session)
        return self.authenticator.principal(user_id)

    def person(self, login: str) -> Principal | None:
        """Return the principal of who signs in as `login`; a provider without logins is asked for the user id."""
        if self.closed:
            return None
        if isinstance(self.authenticator, LoginAuthenticator):
            return self.authenticator.person(login)
        return self.authenticator.principal(login)

    def health(self) -> HealthReport:
        """Run every health check."""
        own = HostHealth(self.ground, self.report, self.feature_flags).checks()
        return self.health_runner.run([*own, *map(plugin_check, self.health_checks)])

    def close(self) -> None:
        """Stop plugins in reverse order, then the host; every stop runs, whatever another one raises."""
        self.ready = False
        self.stops.close()
