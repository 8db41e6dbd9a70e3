"""Tells the person at the terminal what plugins have to say at a start, and opens it where there is a desktop."""

import os
import sys
import webbrowser
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from host.config import AppConfig
from host.kernel.local import is_loopback

_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def tell(notices: Iterable[Mapping[str, Any]], address: str, config: AppConfig, say: Callable[[str], None]) -> None:
    """Say each notice with its full address; the first that may be opened is opened.

    Args:
        notices: as the web process wrote them.
        address: at which this machine reaches the app.
    """
    public = public_address(config, address)
    opened = False
    for notice in notices:
        url = f"{public}{notice['path']}" if notice["path"] else ""
        say(f"{notice['text']} {url}".rstrip())
        if url and notice["open"] and not opened and may_open(config, os.environ):
            opened = webbrowser.open(url)


def public_address(config: AppConfig, address: str) -> str:
    """Return the address that people open: behind TLS the public one, because its cookies go nowhere else."""
    names = (each for each in config.server.allowed_hosts if "*" not in each and not is_loopback(each.strip("[]")))
    name = next(names, None)
    return f"https://{name}" if config.server.behind_tls and name else address


def may_open(config: AppConfig, environ: Mapping[str, str]) -> bool:
    """Tell whether somebody sits in front of this machine who wants a browser opened: development on a desktop."""
    if config.env != "dev" or environ.get("CI") or not sys.stdout.isatty():
        return False
    return sys.platform in ("darwin", "win32") or any(environ.get(name) for name in _DISPLAYS)
