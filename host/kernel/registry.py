"""What active plugins contribute, each with its owner; uniqueness is decided here, at freeze."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from host.contributions import (
    Catalogue,
    Command,
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
from host.kernel.flags.values import variable_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Owned(Generic[T]):
    """A contribution with the plugin that made it."""

    plugin: str
    version: str
    value: T


@dataclass
class Contributions:
    """Everything one plugin adds."""

    pages: list[Page] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)
    catalogues: list[Catalogue] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    migrations: Migrations | None = None
    retention: list[RetentionPolicy] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    health_checks: list[HealthCheck] = field(default_factory=list)
    seeds: list[Seed] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    resource_rules: list[ResourceRule] = field(default_factory=list)
    sign_in_methods: list[SignInMethod] = field(default_factory=list)


class Registry:
    """Contributions by plugin, in plan order."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[str, Contributions]] = {}

    def add(self, plugin: str, version: str, contributions: Contributions) -> None:
        """Take a plugin's contributions in.

        Raises:
            PluginError: a page path, permission, flag, way to sign in or command group belongs to another plugin.
        """
        self._refuse_taken("page", (page.path for page in contributions.pages), self._owners("pages", "path"))
        self._refuse_taken(
            "permission", (p.name for p in contributions.permissions), self._owners("permissions", "name")
        )
        self._refuse_taken("flag", (flag.name for flag in contributions.flags), self._owners("flags", "name"))
        variables = {variable_of(name): owner for name, owner in self._owners("flags", "name").items()}
        self._refuse_taken("flag variable", {variable_of(flag.name) for flag in contributions.flags}, variables)
        groups = {command.group for command in contributions.commands}
        self._refuse_taken("command group", groups, self._owners("commands", "group"))
        self._entries[plugin] = (version, contributions)

    def remove(self, plugin: str) -> None:
        """Take a plugin's contributions out."""
        self._entries.pop(plugin, None)

    def of(self, plugin: str) -> Contributions:
        """Return one plugin's contributions."""
        return self._entries[plugin][1]

    def owned(self, kind: str) -> list[Owned[Any]]:
        """Return every contribution of the field `kind`, with its owner."""
        return [
            Owned(plugin, version, value)
            for plugin, (version, contributions) in self._entries.items()
            for value in getattr(contributions, kind)
        ]

    def permission_names(self) -> set[str]:
        """Return every declared permission."""
        return set(self._owners("permissions", "name"))

    def _owners(self, kind: str, name: str) -> dict[str, str]:
        return {getattr(each.value, name): each.plugin for each in self.owned(kind)}

    @staticmethod
    def _refuse_taken(what: str, names: Iterable[str], owners: Mapping[str, str]) -> None:
        seen: set[str] = set()
        for name in names:
            if name in owners:
                raise PluginError(f"{what} {name!r} is taken by plugin {owners[name]}")
            if name in seen:
                raise PluginError(f"{what} {name!r} is declared twice")
            seen.add(name)
