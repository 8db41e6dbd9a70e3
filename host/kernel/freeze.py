"""Collects and checks what one plugin contributes; after it nothing about the graph changes any more."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from starlette.routing import compile_path

from host.contracts.principal import SIGNED_IN
from host.contributions import Command, Page, Route
from host.errors import PluginError
from host.kernel.bind import refuse_async, require_bindable
from host.kernel.hooks import PluginHooks
from host.kernel.manifest import Manifest
from host.kernel.registry import Contributions, Registry
from host.kernel.services import PluginServices

RUN_ARGUMENTS: Final = ("params", "principal")
"""What a page may ask for besides its plugin's services."""
_PATH: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")


def collect(hooks: PluginHooks, settings: Any) -> Contributions:
    """Ask the hooks that need no services."""
    return Contributions(
        pages=hooks.pages(settings),
        permissions=hooks.permissions(settings),
        catalogues=hooks.translations(),
        commands=hooks.commands(),
        migrations=hooks.migrations(),
        retention=hooks.retention(settings),
        flags=hooks.flags(settings),
    )


def collect_from_services(
    hooks: PluginHooks, services: PluginServices, found: Contributions, registry: Registry
) -> None:
    """Ask the hooks that need built services, and check their answers."""
    found.guards = hooks.guards(services)
    found.routes = hooks.routes(services)
    found.health_checks = hooks.health_checks(services)
    found.seeds = hooks.seeds(services)
    found.resource_rules = hooks.resource_rules(services)
    found.sign_in_methods = hooks.sign_in_methods(services)
    for route in found.routes:
        _check_route(route, registry.permission_names())
    _check_rules(found)
    _refuse_twice("health check", [each.name for each in found.health_checks])


def check(found: Contributions, services: PluginServices, manifest: Manifest, permissions: set[str]) -> None:
    """Check what can be checked before anything is built.

    Raises:
        PluginError: naming the contribution and its fault.
    """
    known = permissions | {each.name for each in found.permissions}
    for page in found.pages:
        _check_page(page, services, known)
    for command in found.commands:
        _check_command(command, manifest)
        _check_permission(f"command {command.group} {command.name}", command.permission, known)
    _refuse_twice("retention policy", [each.name for each in found.retention])
    if found.migrations is not None and manifest.tables is None:
        raise PluginError("has migrations but no table prefix", remedy='Write tables = "…_" in plugin.toml.')


def _check_page(page: Page, services: PluginServices, permissions: set[str]) -> None:
    if not _PATH.fullmatch(page.path):
        raise PluginError(f"page path {page.path!r} must be lower-case words joined by '/'")
    _check_permission(f"page {page.path!r}", page.permission, permissions)
    require_bindable(f"page {page.path!r}", page.render, services, RUN_ARGUMENTS)
    drawn = getattr(page.render, "render", None) if isinstance(page.render, type) else page.render
    if not callable(drawn):
        raise PluginError(f"page {page.path!r}: class {page.render.__name__} has no render()")
    refuse_async(f"page {page.path!r}", drawn)


def _check_route(route: Route, permissions: set[str]) -> None:
    if not route.path.startswith("/"):
        raise PluginError(f"route {route.path!r} must begin with '/'")
    try:
        compile_path(route.path)
    except (AssertionError, ValueError) as error:
        raise PluginError(f"route {route.path!r}: {error}") from error
    _check_permission(f"route {route.path!r}", route.permission, permissions)


def _check_rules(found: Contributions) -> None:
    own = {each.name for each in found.permissions}
    for rule in found.resource_rules:
        if rule.permission not in own:
            raise PluginError(f"resource rule for {rule.permission!r}, which the plugin doesn't declare")


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise PluginError(f"{what} {twice[0]!r} is declared twice")


def _check_permission(what: str, permission: str | None, permissions: set[str]) -> None:
    if permission not in (None, SIGNED_IN) and permission not in permissions:
        raise PluginError(f"{what} asks for permission {permission!r}, which nobody declares")


def _check_command(command: Command, manifest: Manifest) -> None:
    if command.group not in manifest.commands:
        raise PluginError(
            f"command group {command.group!r} is not in its manifest",
            remedy=f'Write commands = {{ {command.group} = "…" }} in plugin.toml.',
        )
    refuse_async(f"command {command.group} {command.name}", command.run)
