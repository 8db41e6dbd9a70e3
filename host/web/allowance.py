"""How much one browser and one client may ask for: cheap to refuse, before anybody is looked up."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from host.config import ServerConfig
from host.contracts.auth import Credentials
from host.contracts.principal import Principal
from host.web.rates import Answer, BoundedMemory, Rate

WINDOW_S: Final = 10
"""Seconds over which requests are counted, so that a page with many pictures may ask for them at once."""
MINUTE_S: Final = 60
HOUR_S: Final = 3600
MOST_KNOWN: Final = 20_000
"""Secrets remembered as good; the one not seen for longest is forgotten first and counts as unknown once more."""


@dataclass(frozen=True, slots=True)
class Counted:
    """For whom a request counts.

    Args:
        key: the browser if its secret is known to be good, otherwise its client.
        known: whether it is a browser.
        lookup: whether it brought a secret that has to be looked up.
    """

    key: str
    known: bool
    lookup: bool = True


class Allowance:
    """The rates of one process.

    A browser whose secret was good before has rates of its own, so that a flood from the same address doesn't count
    against it; whatever else comes from an address shares those of the address.
    """

    def __init__(self, settings: ServerConfig) -> None:
        memory = BoundedMemory()
        requests, sockets = settings.max_requests_per_s, settings.max_handshakes_per_s
        self._requests = Rate("requests", requests * WINDOW_S, WINDOW_S, memory)
        self._handshakes = Rate("handshakes", sockets * WINDOW_S, WINDOW_S, memory)
        self._unknown = Rate("unknown", settings.max_unknown_per_s * WINDOW_S, WINDOW_S, memory)
        self._misses = Rate("misses", settings.max_failed_lookups_per_min, MINUTE_S, memory)
        # Apart from the others: nobody gets a fresh quota by having it pushed out by many addresses.
        self._uploads = Rate("uploads", settings.max_upload_bytes_per_h, HOUR_S, BoundedMemory())
        self._good: OrderedDict[str, str] = OrderedDict()

    def counted(self, given: Credentials, secrets: Collection[str]) -> Counted:
        """Return for whom a request counts.

        Args:
            secrets: names of the cookies that sign somebody in.
        """
        digest = _digest(given, secrets)
        if digest in self._good:
            self._good.move_to_end(digest)
            return Counted(self._good[digest], known=True)
        return Counted(network(given.client), known=False, lookup=bool(digest))

    def request(self, who: Counted) -> Answer:
        """Count an HTTP request."""
        return (self._requests if who.known else self._unknown).take(who.key)

    def handshake(self, who: Counted) -> Answer:
        """Count a WebSocket handshake."""
        return (self._handshakes if who.known else self._unknown).take(who.key)

    def lookup(self, who: Counted) -> Answer:
        """Tell whether somebody may be looked up who brought a secret that isn't known."""
        return Answer.YES if who.known or not who.lookup else self._misses.look(who.key)

    def found(self, given: Credentials, secrets: Collection[str], principal: Principal) -> None:
        """Remember a secret as good, and whose it is: written in ten ways it has the rates of one."""
        digest = _digest(given, secrets)
        if digest:
            self._good[digest] = f"session {principal.session}" if principal.session else f"user {principal.user_id}"
            self._good.move_to_end(digest)
            if len(self._good) > MOST_KNOWN:
                self._good.popitem(last=False)

    def missed(self, given: Credentials, secrets: Collection[str]) -> None:
        """Count a secret that nobody has (any more)."""
        digest = _digest(given, secrets)
        if digest:
            self._good.pop(digest, None)
            self._misses.take(network(given.client))

    def upload(self, person: str, size: int) -> Answer:
        """Count bytes that arrived for a person: who signs in once more has the same quota."""
        return self._uploads.take(person, size)


def network(client: str | None) -> str:
    """Return whom an address counts for: itself, or with IPv6 the network that one household gets."""
    try:
        address = ip_address(client or "")
    except ValueError:
        return client or "unknown"
    if address.version == 4:
        return client or ""
    mapped = address.ipv4_mapped
    return str(mapped) if mapped is not None else str(ip_address(int(address) >> 64 << 64))


def _digest(given: Credentials, secrets: Collection[str]) -> str:
    """Return a fingerprint of what a request would be let in by; empty when it brought nothing of the kind."""
    brought = [f"{name}={given.cookies[name]}" for name in sorted(secrets) if name in given.cookies]
    brought += [given.authorization] if given.authorization else []
    return sha256("\n".join(brought).encode()).hexdigest() if brought else ""
