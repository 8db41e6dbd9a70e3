"""From which network somebody comes: what one subscriber or one site usually has as a whole."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_PREFIX: Final = {4: 24, 6: 64}


def network_of(client: str | None) -> str:
    """Return the /24 or /64 around an address; what is no address stands for itself."""
    try:
        address = ip_address((client or "").partition("%")[0])
    except ValueError:
        return client or ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network(f"{address}/{_PREFIX[address.version]}", strict=False))
