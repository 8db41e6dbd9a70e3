"""Collects and checks what one plugin contributes; after it nothing about the graph changes any more."""

import re
from typing import Any, Final

from host.contributions import Command, Page, Route
from host.errors import PluginError
from host.kernel.bind import require_bindable
from host.kernel.hooks import PluginHooks
from host.kernel.manifest import Manifest
from host.kernel.registry import Contributions, Registry
from host.kernel.services import PluginServices

RUN_ARGUMENTS: Final = ("params", "principal")
"""What a page may ask for besides its plugin's services."""
_PATH: Final = re.compile(r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*$")


def collect(hooks: PluginHooks, settings: Any) -> Contributions:
    """Ask the hooks that need no services."""
    return Contributions(
        pages=hooks.pages(settings),
        permissions=hooks.permissions(settings),
        catalogues=hooks.translations(),
        commands=hooks.commands(),
        migrations=hooks.migrations(),
    )


def collect_from_services(
    hooks: PluginHooks, services: PluginServices, found: Contributions, registry: Registry
) -> None:
    """Ask the hooks that need built services, and check their answers."""
    found.guards = hooks.guards(services)
    found.routes = hooks.routes(services)
    found.health_checks = hooks.health_checks(services)
    found.seeds = hooks.seeds(services)
    for route in found.routes:
        _check_route(route, registry.permission_names())


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
    if found.migrations is not None and manifest.tables is None:
        raise PluginError("has migrations but no table prefix", remedy='Write tables = "…_" in plugin.toml.')


def _check_page(page: Page, services: PluginServices, permissions: set[str]) -> None:
    if not _PATH.match(page.path):
        raise PluginError(f"page path {page.path!r} must be lower-case words joined by '/'")
    _check_permission(f"page {page.path!r}", page.permission, permissions)
    require_bindable(f"page {page.path!r}", page.render, services, RUN_ARGUMENTS)
    if isinstance(page.render, type) and not callable(getattr(page.render, "render", None)):
        raise PluginError(f"page {page.path!r}: class {page.render.__name__} has no render()")


def _check_route(route: Route, permissions: set[str]) -> None:
    if not route.path.startswith("/"):
        raise PluginError(f"route {route.path!r} must begin with '/'")
    _check_permission(f"route {route.path!r}", route.permission, permissions)


def _check_permission(what: str, permission: str | None, permissions: set[str]) -> None:
    if permission is not None and permission not in permissions:
        raise PluginError(f"{what} asks for permission {permission!r}, which nobody declares")


def _check_command(command: Command, manifest: Manifest) -> None:
    if command.group not in manifest.commands:
        raise PluginError(
            f"command group {command.group!r} is not in its manifest",
            remedy=f'Write commands = {{ {command.group} = "…" }} in plugin.toml.',
        )
