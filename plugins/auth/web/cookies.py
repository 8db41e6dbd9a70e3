"""Gives the browser a session's token, and takes it away again."""

from starlette.responses import Response

from plugins.auth.services.session_tokens import cookie_name
from plugins.auth.values import Begun


def keep(response: Response, begun: Begun, *, tls: bool) -> None:
    """Give the browser a session's token; it goes with the browser's window unless it was told to remember.

    Args:
        tls: whether browsers see the app by TLS.
    """
    name = cookie_name(behind_tls=tls)
    response.set_cookie(name, begun.token, begun.max_age_s, path="/", secure=tls, httponly=True, samesite="lax")


def drop(response: Response, *, tls: bool) -> None:
    """Take the token away; the device's cookie stays, for what was typed on this device."""
    response.delete_cookie(cookie_name(behind_tls=tls), path="/", secure=tls, httponly=True, samesite="lax")
