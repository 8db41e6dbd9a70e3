"""The admin plugin's entry point."""

from collections.abc import Callable, Sequence
from pathlib import Path

from host import AppConfig, Catalogue, Page, Permission, Plugin, hookimpl, load_catalogues
from plugins.admin.administration import Administration
from plugins.admin.audit_params import AuditParams
from plugins.admin.database_params import DatabaseParams
from plugins.admin.flagging import Flagging
from plugins.admin.params import FlagsParams, PluginsParams, SettingsParams
from plugins.admin.permissions import AUDIT, DATABASE, FLAGS, READ, SECURITY, declared
from plugins.admin.security_params import SecurityParams
from plugins.admin.services import AdminServices


def _plugins(administration: Administration, params: PluginsParams) -> None:
    """Draw the page; Streamlit is imported by the first visit, not by the start of a command."""
    from plugins.admin.pages.plugins import plugins

    plugins(administration, params)


def _settings(config: AppConfig, params: SettingsParams) -> None:
    from plugins.admin.pages.settings import settings

    settings(config, params)


def _health() -> None:
    from plugins.admin.pages.health import health

    health()


def _audit(params: AuditParams) -> None:
    from plugins.admin.pages.audit import audit

    audit(params)


def _database(params: DatabaseParams) -> None:
    from plugins.admin.pages.database import database

    database(params)


def _security(params: SecurityParams) -> None:
    from plugins.admin.pages.security import security

    security(params)


def _flags(flagging: Flagging, params: FlagsParams) -> None:
    from plugins.admin.pages.flags import flags

    flags(flagging, params)


class AdminHooks:
    """Contributes the operators' pages, their permissions and texts."""

    @hookimpl
    def permissions(self) -> Sequence[Permission]:
        """Declare who may look and who may switch."""
        return declared()

    @hookimpl
    def pages(self) -> Sequence[Page]:
        """Add the operators' pages, last in the menu."""
        return [
            _page("plugins", ":material/extension:", 900, _plugins),
            _page("flags", ":material/flag:", 905, _flags, FLAGS),
            _page("settings", ":material/tune:", 910, _settings),
            _page("health", ":material/monitor_heart:", 920, _health),
            _page("database", ":material/database:", 930, _database, DATABASE),
            _page("audit", ":material/history:", 940, _audit, AUDIT),
            _page("security", ":material/shield:", 950, _security, SECURITY),
        ]

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add texts in English and German."""
        return load_catalogues(Path(__file__).parent / "texts")


def _page(name: str, icon: str, order: int, render: Callable[..., None], permission: str = READ) -> Page:
    return Page(
        path=f"admin/{name}",
        title=f"admin.{name}.title",
        summary=f"admin.{name}.subtitle",
        render=render,
        permission=permission,
        icon=icon,
        section="admin.section",
        order=order,
    )


plugin = Plugin(services=AdminServices, hooks=AdminHooks)
