"""The typed façade over one plugin's hooks: each plugin alone, so that a raising one loses nobody else's answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

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
from host.errors import PluginError
from host.hookspecs import PROJECT, Handler, Hooks, SettingsUpgrade
from host.kernel.shape import shaped
from host.one_line import describe

T = TypeVar("T")


class PluginHooks:
    """One plugin's hooks.

    Args:
        hooks: the object or class with `@hookimpl` methods; ``None`` contributes nothing.

    Raises:
        PluginError: an implementation names an unknown hook or takes unknown arguments.
    """

    def __init__(self, id_: str, hooks: Any) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(Hooks)
        if hooks is None:
            return
        try:
            self._manager.register(hooks() if isinstance(hooks, type) else hooks, name=id_)
            self._manager.check_pending()
        except Exception as error:
            raise PluginError(f"hooks: {describe(error)}") from error

    def checks(self, settings: Any) -> list[Finding]:
        """Return the plugin's findings about its settings and surroundings."""
        return self._sequence("checks", Finding, settings=settings)

    def settings_migrations(self) -> Mapping[int, SettingsUpgrade]:
        """Return settings version → function to the next."""
        return self._one("settings_migrations", Mapping) or {}

    def permissions(self, settings: Any) -> list[Permission]:
        """Return declared permissions."""
        return self._sequence("permissions", Permission, settings=settings)

    def flags(self, settings: Any) -> list[Flag]:
        """Return feature flags."""
        return self._sequence("flags", Flag, settings=settings)

    def migrations(self) -> Migrations | None:
        """Return where the revisions stand."""
        found: Migrations | None = self._one("migrations", Migrations)
        return shaped(found, Migrations) if found is not None else None

    def retention(self, settings: Any) -> list[RetentionPolicy]:
        """Return how long rows are kept."""
        return self._sequence("retention", RetentionPolicy, settings=settings)

    def pages(self, settings: Any) -> list[Page]:
        """Return pages."""
        return self._sequence("pages", Page, settings=settings)

    def translations(self) -> list[Catalogue]:
        """Return UI texts."""
        return self._sequence("translations", Catalogue)

    def commands(self) -> list[Command]:
        """Return commands."""
        return self._sequence("commands", Command)

    def guards(self, services: Any) -> list[Guard]:
        """Return guards of visits."""
        return self._sequence("guards", Guard, services=services)

    def routes(self, services: Any) -> list[Route]:
        """Return HTTP routes."""
        return self._sequence("routes", Route, services=services)

    def resource_rules(self, services: Any) -> list[ResourceRule]:
        """Return what narrows the plugin's permissions."""
        return self._sequence("resource_rules", ResourceRule, services=services)

    def sign_in_methods(self, services: Any) -> list[SignInMethod]:
        """Return ways to sign in."""
        return self._sequence("sign_in_methods", SignInMethod, services=services)

    def health_checks(self, services: Any) -> list[HealthCheck]:
        """Return health checks."""
        return self._sequence("health_checks", HealthCheck, services=services)

    def event_handlers(self, services: Any) -> Mapping[type[Event], Handler]:
        """Return event type → handler."""
        found: Mapping[Any, Any] = self._one("event_handlers", Mapping, services=services) or {}
        for kind, handler in found.items():
            if not (isinstance(kind, type) and issubclass(kind, Event) and callable(handler)):
                raise PluginError(f"hook event_handlers returned {kind!r}: {handler!r}, expected Event class: function")
        return dict(found)

    def seeds(self, services: Any) -> list[Seed]:
        """Return example data."""
        return self._sequence("seeds", Seed, services=services)

    def lifespan(self, services: Any) -> Iterator[None] | None:
        """Return the generator around the plugin's life, not yet started."""
        life: Iterator[None] | None = self._one("lifespan", Iterator, services=services)
        return life

    def _call(self, hook: str, arguments: dict[str, Any]) -> list[Any]:
        results: list[Any] = getattr(self._manager.hook, hook)(**arguments)
        return results

    def _one(self, hook: str, expected: type[Any], **arguments: Any) -> Any:
        for result in self._call(hook, arguments):
            if not isinstance(result, expected):
                raise PluginError(f"hook {hook} returned {type(result).__name__}, expected {expected.__name__}")
            return result
        return None

    def _sequence(self, hook: str, expected: type[T], **arguments: Any) -> list[T]:
        found = self._one(hook, Sequence, **arguments) or []
        wrong = next((each for each in found if not isinstance(each, expected)), None)
        if wrong is not None:
            raise PluginError(f"hook {hook} returned a {type(wrong).__name__}, expected {expected.__name__}")
        return [shaped(each, expected) for each in found]
