"""What a request brought along about its sender, and which of it counts where."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from host.contracts.auth import Credentials
from host.web import device, policy
from host.web import scope as scopes

MOST_OF_USER_AGENT: Final = 300
"""Characters kept of what a browser calls itself."""
_BEARER: Final = "bearer "


def credentials(scope: Mapping[str, Any]) -> Credentials:
    """Return everything that a request says about its sender."""
    client = scope.get("client")
    cookies = scopes.cookies(scope)
    return Credentials(
        cookies=cookies,
        authorization=scopes.only(scope, "authorization"),
        client=client[0] if client else None,
        user_agent=(scopes.only(scope, "user-agent") or "")[:MOST_OF_USER_AGENT],
        device=device.fingerprint(device.known_device(cookies)),
    )


def by_bearer(scope: Mapping[str, Any]) -> bool:
    """Tell whether a token speaks for the request: to plugins' routes only, never to the page or its socket."""
    authorization = scopes.only(scope, "authorization") or ""
    is_route = scope["type"] == "http" and scope["path"].startswith(policy.PLUGINS)
    return is_route and authorization.lower().startswith(_BEARER)


def brought(scope: Mapping[str, Any], *, sessions: bool) -> Credentials:
    """Return what counts of what a request brought: a token alone where it brings one, otherwise its cookies.

    Args:
        sessions: whether people sign in by cookie; an authenticator that knows no sessions gets everything.
    """
    found = credentials(scope)
    if not sessions:
        return found
    return replace(found, cookies={}) if by_bearer(scope) else replace(found, authorization=None)
