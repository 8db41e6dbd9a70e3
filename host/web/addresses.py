"""Which Host and Origin a request may name: exact lists, nothing inferred from wildcards."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

EVERY: Final = "*"
WILDCARD_BINDS: Final = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104  compared with, never bound
UNSAFE_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def host_name(host: str | None) -> str | None:
    """Return the name in a Host header without its port, or ``None`` when it is no plain ``name[:port]``."""
    if not host or any(character in host for character in "/\\@?# \t,"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The names under which the app may be addressed; ``"*"`` in either list admits every well-formed one.

    Args:
        hosts: names without port, lower-case.
        origins: ``scheme://name[:port]`` of foreign pages that may connect.
        https_only: whether the browser sees the app by TLS, so that an ``http`` origin is foreign.
    """

    hosts: frozenset[str]
    origins: frozenset[str] = frozenset()
    https_only: bool = False

    def host_allowed(self, host: str | None) -> bool:
        """Tell whether the Host header names this app."""
        name = host_name(host)
        return name is not None and (name in self.hosts or EVERY in self.hosts)

    def origin_allowed(self, origin: str | None, host: str | None, scheme: str) -> bool:
        """Tell whether `origin` is this app's own (same name, port and scheme) or listed; missing is foreign."""
        if not origin or origin == "null" or not host:
            return False
        if origin in self.origins or EVERY in self.origins:
            return True
        secure = self.https_only or scheme in {"https", "wss"}
        return origin.lower() == f"{'https' if secure else 'http'}://{host.lower()}"


def rules_for(bind_host: str, hosts: Iterable[str], origins: Iterable[str], *, tls: bool) -> AddressRules:
    """Build the rules from settings.

    Args:
        bind_host: the address listened on; unless it is a wildcard, it counts as a name of the app.
        hosts: names as in settings; an IPv6 address may stand in brackets.
        origins: foreign origins as in settings.
        tls: whether browsers see the app by TLS.
    """
    named = {host.lower().strip("[]") for host in hosts}
    bound = set() if bind_host in WILDCARD_BINDS else {bind_host.lower()}
    return AddressRules(hosts=frozenset(named | bound), origins=frozenset(origins), https_only=tls)
