"""Tokens of sessions: made from chance alone, stored as digests, carried by one cookie."""

import hashlib
import secrets
from typing import Final

from host import Credentials

SECURE_COOKIE: Final = "__Host-sid"
"""Over https; the browser takes it only from this very host, for all paths, never from a sub-domain."""
PLAIN_COOKIE: Final = "sid"
"""Where the app is reached over plain http, on this machine."""


def new_token() -> str:
    """Return 256 bits of chance."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token; as long as chance is long, one round is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def cookie_name(*, behind_tls: bool) -> str:
    """Return the name of the cookie that counts."""
    return SECURE_COOKIE if behind_tls else PLAIN_COOKIE


def presented(credentials: Credentials, *, behind_tls: bool) -> bytes | None:
    """Return the digest of the token that a request brought along, if it did."""
    token = credentials.cookies.get(cookie_name(behind_tls=behind_tls), "")
    return token_hash(token) if token else None
