"""What the rules look at, and what they find."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any, Final, final

from host.config import DetectionConfig

ALERT_AREA: Final = "detection."
"""How the kind of every alert begins."""


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """A security event as the rules see it; `times` equal ones in one minute."""

    at: datetime
    kind: str
    user_id: str = ""
    client: str = ""
    session: str = ""
    device: str = ""
    times: int = 1
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """Whose account it is about: the user, or a mark of the login that was typed where there is no such user."""
        return self.user_id or str(self.detail.get("account", ""))

    @property
    def actor(self) -> str:
        """Who did it: the one that the detail names, else whose account it is."""
        return str(self.detail.get("by") or self.user_id)

    @property
    def network(self) -> str:
        """Where it came from."""
        return network_of(self.client)


@final
@dataclass(frozen=True, slots=True)
class Reads:
    """Personal data that somebody had shown, as the log of reveals counts it."""

    user_id: str
    count: int
    newest: datetime


@final
@dataclass(frozen=True, slots=True)
class Window:
    """Everything that one look sees.

    Args:
        now: until when.
        seen: the events, oldest first; they may be older than the window, for rules that look back further.
        reveals: within the window.
    """

    now: datetime
    seen: tuple[Seen, ...]
    reveals: tuple[Reads, ...]
    limits: DetectionConfig

    def recent(self, *kinds: str) -> Iterator[Seen]:
        """Yield the events of these kinds within `window_minutes`; a kind that ends with a dot is a whole area."""
        oldest = self.now.timestamp() - self.limits.window_minutes * 60
        return (each for each in self.seen if each.at.timestamp() >= oldest and is_of(each.kind, kinds))


@final
@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule found.

    Args:
        rule: its name; the event is ``detection.<rule>``.
        subject: what it is about, at most one open alert a rule: a user's id, a network, or ``everybody``.
        user_id: the person it is about, if it is one.
        client: the network it came from, if it is one.
        evidence: what was counted.
    """

    rule: str
    subject: str
    evidence: Mapping[str, Any]
    user_id: str = ""
    client: str = ""
    session: str = ""

    @property
    def kind(self) -> str:
        """The event's kind."""
        return f"{ALERT_AREA}{self.rule}"


def is_of(kind: str, kinds: tuple[str, ...]) -> bool:
    """Tell whether `kind` is one of `kinds` or of an area among them."""
    return any(kind.startswith(each) if each.endswith(".") else kind == each for each in kinds)


def network_of(client: str) -> str:
    """Return the network that an address counts for: its /24, for IPv6 its /64; what is no address as it is."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))
