"""Where somebody goes on after signing in: an address of this app, never one that leads elsewhere."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

HOME: Final = "/"
LONGEST: Final = 2000
"""Characters of an address that is kept for later; a longer one gives way to the start page."""
_UNSAFE: Final = re.compile(r"[\\\x00-\x20\x7f]")
"""What browsers read as a slash or leave out, so that ``/\\evil`` or ``/<tab>/evil`` would name another host."""


def safe_landing(address: str | None) -> str:
    """Return `address` if it is a path of this app, with or without query; otherwise the start page.

    Args:
        address: as the browser sent it, so anything at all.
    """
    if not address or len(address) > LONGEST or _UNSAFE.search(address):
        return HOME
    try:
        parts = urlsplit(address)
    except ValueError:
        return HOME
    own = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if own and address.isascii() else HOME


def sign_in_address(path: str, scope: Mapping[str, Any]) -> str:
    """Return the address of the sign-in page that leads back to what `scope` asks for.

    Args:
        path: of the sign-in page.
    """
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = safe_landing(quote(scope["path"], safe="/:@-._~!$&'()*+,;=") + (f"?{query}" if query else ""))
    return path if wanted == HOME else f"{path}?next={quote(wanted, safe='/')}"
