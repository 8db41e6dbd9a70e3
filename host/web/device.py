"""The device cookie: a random id that outlives sign-ins and keys what was typed on this device."""

import hashlib
import re
import secrets
from typing import Final

COOKIE: Final = "device"
LIFETIME_S: Final = 400 * 24 * 3600
"""Seconds; 400 days is the most a browser keeps."""
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_device() -> str:
    """Return a fresh id of 256 random bits."""
    return secrets.token_urlsafe(32)


def known_device(cookies: dict[str, str]) -> str | None:
    """Return the id that the request brought along, or ``None`` when it has none of the right shape."""
    value = cookies.get(COOKIE, "")
    return value if _SHAPE.fullmatch(value) else None


def fingerprint(device: str | None) -> str:
    """Return what stands for a device wherever it is kept or shown; nobody makes the cookie out of it.

    Who holds another device's cookie can use up its attempts to sign in, and isn't noticed as a new device.
    """
    return hashlib.sha256(device.encode()).hexdigest() if device else ""


def device_cookie(device: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` value; Lax, so that a link from elsewhere arrives on the same device."""
    flags = f"Max-Age={LIFETIME_S}; Path=/; HttpOnly; SameSite=Lax"
    return f"{COOKIE}={device}; {flags}{'; Secure' if secure else ''}"
