"""The routes of the pages around sign-in."""

from collections.abc import Sequence
from typing import Any, Final

from anyio import CapacityLimiter

from host import SIGNED_IN, Route
from plugins.auth.permissions import VIEW_AS
from plugins.auth.settings import AuthSettings
from plugins.auth.web import links, places
from plugins.auth.web.code_entry import CodePage
from plugins.auth.web.endpoint import Page, endpoint
from plugins.auth.web.entering import EnterPage
from plugins.auth.web.entry import SignInPage
from plugins.auth.web.methods import sign_in_methods
from plugins.auth.web.own_password import OwnPasswordPage
from plugins.auth.web.proof import Proof
from plugins.auth.web.rendering import serve_styles
from plugins.auth.web.renewal import NewPasswordPage
from plugins.auth.web.second_factor import SecondFactorPage
from plugins.auth.web.sign_out import SignOut
from plugins.auth.web.steps import Steps
from plugins.auth.web.view_as import BeginViewAs, EndViewAs

__all__ = ["routes", "sign_in_methods"]

THREADS: Final = 16
"""Pages that are worked on at once; further ones wait."""
_FORM: Final = ("GET", "POST")


def routes(services: Any) -> Sequence[Route]:
    """Return every route of the plugin."""
    settings: AuthSettings = services.settings
    threads = CapacityLimiter(THREADS)
    steps = Steps(services.sessions, services.telling, tls=services.config.server.behind_tls)
    proof = Proof(services.sign_in, services.sessions)

    def public(path: str, page: Page) -> Route:
        return Route(path=path, endpoint=endpoint(page, threads), permission=SIGNED_IN, methods=_FORM, public=True)

    def own(path: str, page: Page) -> Route:
        return Route(path=path, endpoint=endpoint(page, threads), permission=SIGNED_IN, methods=_FORM)

    return [
        public(places.SIGN_IN, SignInPage(services.sign_in, services.sign_up, steps)),
        public(places.CODE, CodePage(services.sign_in, steps)),
        public(places.NEW_PASSWORD, NewPasswordPage(services.sign_in, settings, steps)),
        public(places.SIGN_UP, links.open_sign_up(services, steps)),
        public(places.INVITATION, links.invitation(services, steps)),
        public(places.SETUP, links.setup(services, steps)),
        public(places.RESET, links.reset(services, steps)),
        *([public(places.ENTER, EnterPage(services.demo, steps))] if services.demo.possible else []),
        own(places.ACCOUNT_PASSWORD, OwnPasswordPage(services.sign_in, services.users, settings, steps)),
        own(places.ACCOUNT_SECOND_FACTOR, SecondFactorPage(services.second_factor, services.users, proof)),
        Route(
            path=places.SIGN_OUT,
            endpoint=endpoint(SignOut(services.sign_in, steps), threads),
            permission=SIGNED_IN,
            methods=("POST",),
            public=True,
            offered="account",
            title="auth.web.sign_out",
        ),
        Route(
            path=places.VIEW_AS,
            endpoint=endpoint(BeginViewAs(services.sessions), threads),
            permission=VIEW_AS,
            methods=("POST",),
        ),
        Route(
            path=places.VIEW_AS_END,
            endpoint=endpoint(EndViewAs(services.sessions), threads),
            permission=SIGNED_IN,
            methods=("POST",),
            offered="viewing",
            title="auth.page.view_as.end",
        ),
        Route(path=places.STYLES, endpoint=serve_styles, permission=SIGNED_IN, public=True),
    ]
