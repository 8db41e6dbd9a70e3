"""The hooks: what a plugin may add, one screen. All optional, all answered with plain data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import pluggy

from host.contracts.events import Event
from host.contributions import (
    Catalogue,
    Command,
    Finding,
    Flag,
    Guard,
    HealthCheck,
    Migrations,
    Page,
    Permission,
    ResourceRule,
    RetentionPolicy,
    Route,
    Seed,
    SignInMethod,
)

PROJECT: Final = "holdfast"
HOST_API: Final = "1.2"
"""Version of hooks and contracts (semver of its own): a plugin's manifest names the range it was built for."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

Handler = Callable[[Any], None]
Services = Any
"""A plugin's built services, by attribute: ``services.warehouse``."""
SettingsUpgrade = Callable[[dict[str, Any]], dict[str, Any]]


class Hooks(Protocol):
    """Every hook a plugin may implement; take only the parameters you need."""

    @hookspec
    def checks(self, settings: Any) -> Sequence[Finding]:
        """Say what is wrong with the settings or the surroundings, before anything is built."""

    @hookspec
    def settings_migrations(self) -> Mapping[int, SettingsUpgrade]:
        """Map a settings version to the function that lifts stored settings from it to the next."""

    @hookspec
    def permissions(self, settings: Any) -> Sequence[Permission]:
        """Declare the permissions that pages, routes and services ask for."""

    @hookspec
    def flags(self, settings: Any) -> Sequence[Flag]:
        """Declare feature flags that operators set at run time (host API 1.2)."""

    @hookspec
    def migrations(self) -> Migrations | None:
        """Name the folder of alembic revisions for the plugin's own tables."""

    @hookspec
    def retention(self, settings: Any) -> Sequence[RetentionPolicy]:
        """Say how long rows of the plugin's own tables are kept (host API 1.1)."""

    @hookspec
    def pages(self, settings: Any) -> Sequence[Page]:
        """Add pages; their number may depend on the settings."""

    @hookspec
    def guards(self, services: Services) -> Sequence[Guard]:
        """Judge visits to any page."""

    @hookspec
    def resource_rules(self, services: Services) -> Sequence[ResourceRule]:
        """Narrow the plugin's own permissions to some resources (host API 1.2)."""

    @hookspec
    def sign_in_methods(self, services: Services) -> Sequence[SignInMethod]:
        """Offer ways to sign in (host API 1.2)."""

    @hookspec
    def translations(self) -> Sequence[Catalogue]:
        """Add UI texts, one catalogue a language."""

    @hookspec
    def commands(self) -> Sequence[Command]:
        """Add commands below the groups that the manifest names."""

    @hookspec
    def routes(self, services: Services) -> Sequence[Route]:
        """Add HTTP routes below ``/x/<plugin id>``."""

    @hookspec
    def health_checks(self, services: Services) -> Sequence[HealthCheck]:
        """Add health checks."""

    @hookspec
    def event_handlers(self, services: Services) -> Mapping[type[Event], Handler]:
        """Listen to events of other plugins."""

    @hookspec
    def seeds(self, services: Services) -> Sequence[Seed]:
        """Offer example data."""

    @hookspec
    def lifespan(self, services: Services) -> Iterator[None]:
        """Start, ``yield``, stop: a generator around the life of the process."""
