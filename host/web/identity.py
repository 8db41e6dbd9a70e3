"""The headers by which the gate tells the app who comes; only the gate can set them, inbound ones are dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from host.contracts.principal import Principal

OWN_PREFIX: Final = b"x-host-"
MARKER: Final = "X-Host-Marker"
USER_ID: Final = "X-Host-User-Id"
DEVICE: Final = "X-Host-Device"
REQUEST_ID: Final = "X-Host-Request-Id"
SESSION: Final = "X-Host-Session"
EPOCH: Final = "X-Host-Epoch"
PRINCIPAL: Final = "host.principal"
"""Key of the ASGI scope under which routes find the `Principal`, ``None`` for nobody."""
CREDENTIALS: Final = "host.credentials"
"""Key of the ASGI scope under which routes of the plugin that fills `auth` find the request's `Credentials`."""
TRUSTED_USER_HEADERS: Final = {USER_ID: "id", DEVICE: "device", SESSION: "session", EPOCH: "epoch"}
"""What a Streamlit session is bound to: it is resumed only by the same user on the same device, in the same sign-in
session and with the same permissions."""

_PLAIN: Final = "@.-_~+:"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the gate said about a request.

    Args:
        user_id: the principal's id.
        device: the device's id.
        request_id: the correlation id minted at the gate.
        session: id of the sign-in session; empty without one.
    """

    user_id: str
    device: str
    request_id: str
    session: str = ""


def identity_headers(marker: str, principal: Principal | None, device: str, request_id: str) -> dict[str, str]:
    """Return what the gate injects; a request by nobody gets no marker, so no script runs on it."""
    if principal is None:
        return {REQUEST_ID: request_id}
    return {
        MARKER: marker,
        USER_ID: quote(principal.user_id, safe=_PLAIN),
        SESSION: quote(principal.session, safe=_PLAIN),
        EPOCH: quote(principal.epoch, safe=_PLAIN),
        DEVICE: device,
        REQUEST_ID: request_id,
    }


def read_identity(headers: Mapping[str, str], marker: str) -> Identity | None:
    """Return who comes, or ``None`` when these headers did not pass the gate of this process.

    Args:
        headers: of the request, with case-insensitive names.
        marker: the application's.
    """
    if headers.get(MARKER) != marker:
        return None
    user_id, device = headers.get(USER_ID), headers.get(DEVICE)
    request_id, session = headers.get(REQUEST_ID), headers.get(SESSION)
    if user_id is None or device is None or request_id is None or session is None:
        return None
    return Identity(unquote(user_id), device, request_id, unquote(session))
