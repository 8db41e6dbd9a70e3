"""Streamlit's options for this process: the file's, then what identity and safety rest on, which no file can change."""

import hashlib
import hmac
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from host.config import AppConfig
from host.errors import ConfigError, HostError
from host.resources import packaged
from host.web import streamlit_adapter
from host.web.addresses import rules_for
from host.web.identity import TRUSTED_USER_HEADERS

FILE: Final = "streamlit.toml"
_THEME_PARTS: Final = frozenset({"sidebar", "light", "dark"})
_MEGABYTE: Final = 1024 * 1024


class UnsafeOptionsError(HostError):
    """Streamlit doesn't hold the options that sign-in and sessions rest on."""


def options_file(root: Path) -> Path:
    """Return the project's ``config/streamlit.toml``, or the packaged one."""
    own = root / "config" / FILE
    return own if own.is_file() else packaged("config") / FILE


def file_options(path: Path) -> dict[str, Any]:
    """Read ``section.name`` → value.

    Raises:
        ConfigError: bad TOML, or options that Streamlit doesn't know, all at once.
    """
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: {error}"], remedy="Correct the file.") from error
    options = dict(_flat("", sections))
    unknown = sorted(options.keys() - streamlit_adapter.known_options() - forced_names())
    if unknown:
        faults = [f"{path}: {name} is no option of Streamlit" for name in unknown]
        raise ConfigError(faults, remedy="Remove or correct them; `streamlit config show` lists all.")
    return options


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        path = f"{prefix}{name}"
        section = not prefix or (prefix.startswith("theme.") and name in _THEME_PARTS)
        if section and isinstance(value, dict):
            yield from _flat(f"{path}.", value)
        else:
            yield path, value


def forced_options(config: AppConfig) -> dict[str, Any]:
    """Return the options that follow from the settings."""
    secret = config.security.secret_key.get_secret_value().encode()
    return {
        "server.trustedUserHeaders": dict(TRUSTED_USER_HEADERS),
        "server.enableAgentApi": False,
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.scriptHealthCheckEnabled": False,
        "server.allowRunOnSave": False,
        "server.runOnSave": False,
        "server.fileWatcherType": "none",
        "server.headless": True,
        "server.baseUrlPath": "",
        "server.address": config.server.host,
        "server.port": config.server.port,
        "server.cookieSecret": hmac.new(secret, b"streamlit cookies", hashlib.sha256).hexdigest(),
        "server.maxUploadSize": max(1, config.server.max_upload_bytes // _MEGABYTE),
        "server.maxWidgetStateSize": max(1, config.server.max_frame_bytes // _MEGABYTE),
        "global.developmentMode": False,
        "browser.gatherUsageStats": False,
        "runner.postScriptGC": False,
        "client.allowedOrigins": own_pages(config),
        "client.showErrorDetails": "full" if config.debug else "none",
    }


def own_pages(config: AppConfig) -> list[str]:
    """Return the patterns of this app's own pages, at any port since a proxy may stand before it.

    Only they may send window messages to the app: the shell switches the look by one. No foreign page can frame the
    app, and a message must come from the window itself or its parent.
    """
    server = config.server
    rules = rules_for(server.host, server.allowed_hosts, server.allowed_origins, tls=server.behind_tls)
    schemes = ("https",) if server.behind_tls else ("http", "https")
    names = sorted(f"[{name}]" if ":" in name else name for name in rules.hosts)
    return [f"{scheme}://{name}{port}" for name in names for scheme in schemes for port in ("", ":*")]


def forced_names() -> frozenset[str]:
    """Return the names of options that no file can change."""
    return frozenset(forced_options(AppConfig()))


def apply_options(config: AppConfig) -> None:
    """Set everything and make sure that it holds.

    Raises:
        ConfigError: the file can't be used.
        UnsafeOptionsError: Streamlit reports another value than was set.
    """
    path = options_file(config.root)
    streamlit_adapter.set_options(file_options(path), str(path))
    forced = forced_options(config)
    streamlit_adapter.set_options(forced, "the host")
    wrong = sorted(name for name, value in forced.items() if streamlit_adapter.option(name) != value)
    if wrong:
        raise UnsafeOptionsError(
            f"Streamlit did not take the options {', '.join(wrong)}.",
            remedy="The host serves nobody in this state; install the Streamlit version that it is pinned to.",
        )
