"""The pages behind links that may be used once, and the open sign-up: each with its service."""

from collections.abc import Callable
from typing import Any, Final

from plugins.auth.services.link_rows import LinkKind
from plugins.auth.services.links import Links
from plugins.auth.services.sign_up import SignUp
from plugins.auth.web.gone import Gone
from plugins.auth.web.joining import JoinPage, Kind
from plugins.auth.web.resetting import ResetPage
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit

Closed = Callable[[Visit], Gone | None]
_GONE: Final[dict[LinkKind, Gone]] = {"setup": "gone_setup", "invite": "gone", "reset": "gone"}


def setup(services: Any, steps: Steps) -> JoinPage:
    """Return the page that makes the first account."""
    links: Links = services.links

    def make(visit: Visit) -> str:
        return links.set_up(_token(visit), visit.typed("login"), visit.typed("name"), visit.typed("password"))

    return _by_link(services, steps, "setup", "setup", make)


def invitation(services: Any, steps: Steps) -> JoinPage:
    """Return the page that makes an account by invitation."""
    links: Links = services.links

    def make(visit: Visit) -> str:
        return links.join(_token(visit), visit.typed("login"), visit.typed("name"), visit.typed("password"))

    return _by_link(services, steps, "sign_up", "invite", make)


def open_sign_up(services: Any, steps: Steps) -> JoinPage:
    """Return the page that makes an account for anybody, where the settings let them."""
    sign_up: SignUp = services.sign_up

    def closed(_: Visit) -> Gone | None:
        return None if sign_up.mode == "open" else "closed"

    def make(visit: Visit) -> str:
        return sign_up.join(visit.typed("login"), visit.typed("name"), visit.typed("password"))

    return _join_page(services, steps, "sign_up", closed, make)


def reset(services: Any, steps: Steps) -> ResetPage:
    """Return the page that sets a new password."""
    links: Links = services.links

    def valid(visit: Visit) -> bool:
        return _closed(links, visit, "reset") is None

    def use(visit: Visit) -> str:
        return links.reset(_token(visit), visit.typed("password"))

    return ResetPage(services.settings.password_length, valid, use, steps)


def _by_link(services: Any, steps: Steps, texts: Kind, kind: LinkKind, make: Callable[[Visit], str]) -> JoinPage:
    links: Links = services.links

    def closed(visit: Visit) -> Gone | None:
        return _closed(links, visit, kind)

    return _join_page(services, steps, texts, closed, make)


def _join_page(services: Any, steps: Steps, kind: Kind, closed: Closed, make: Callable[[Visit], str]) -> JoinPage:
    least = services.settings.password_length
    return JoinPage(services.sign_in, steps, kind=kind, least=least, closed=closed, make=make)


def _closed(links: Links, visit: Visit, kind: LinkKind) -> Gone | None:
    found = links.look(_token(visit))
    return None if found is not None and found.kind == kind else _GONE[kind]


def _token(visit: Visit) -> str:
    token: str = visit.request.path_params["token"]
    return token
