"""The auth plugin's entry point: what it adds to the app."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from host import (
    Catalogue,
    Command,
    Migrations,
    Page,
    Permission,
    Plugin,
    RetentionPolicy,
    Route,
    SignInMethod,
    hookimpl,
    load_catalogues,
)
from host.kernel.start_notices import StartNotices
from plugins.auth import commands, menu, permissions, start
from plugins.auth.container import AuthServices
from plugins.auth.models import Base
from plugins.auth.retention import policies
from plugins.auth.services.directory import Directory
from plugins.auth.settings import AuthSettings
from plugins.auth.web import routes
from plugins.auth.wording import FOLDER


class AuthHooks:
    """What the plugin contributes."""

    @hookimpl
    def permissions(self) -> Sequence[Permission]:
        """Declare what may be granted."""
        return permissions.declared()

    @hookimpl
    def migrations(self) -> Migrations:
        """Name the revisions and the models."""
        return Migrations(folder=Path(__file__).parent / "migrations", metadata=Base.metadata)

    @hookimpl
    def retention(self) -> Sequence[RetentionPolicy]:
        """Say how long sessions, attempts, links and tokens are kept."""
        return policies()

    @hookimpl
    def pages(self) -> Sequence[Page]:
        """Add the pages of administration and of one's own account."""
        return menu.pages()

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add texts in English and German."""
        return load_catalogues(FOLDER)

    @hookimpl
    def commands(self) -> Sequence[Command]:
        """Add ``app users``."""
        return commands.commands()

    @hookimpl
    def routes(self, services: Any) -> Sequence[Route]:
        """Add the pages before and around sign-in."""
        return routes.routes(services)

    @hookimpl
    def sign_in_methods(self, services: Any) -> Sequence[SignInMethod]:
        """Offer the sign-in by password."""
        return routes.sign_in_methods(services)

    @hookimpl
    def lifespan(self, services: Any) -> Iterator[None]:
        """Follow what changes about access; tell whoever starts the app how to get in."""
        notices: StartNotices = services.start_notices
        notices.ask(start.demo_notice(services))
        notices.ask(start.setup_notice(services))
        directory: Directory = services.directory
        stop = directory.follow()
        try:
            yield
        finally:
            stop()


plugin = Plugin(settings=AuthSettings, services=AuthServices, hooks=AuthHooks())
