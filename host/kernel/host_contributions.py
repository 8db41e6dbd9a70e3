"""What the host itself contributes, in the same values as a plugin: its permissions."""

from typing import Final

from host.contributions import Permission
from host.data.protection.reveal import SEE_PII
from host.kernel.registry import Contributions

HOST: Final = "host"
OPERATE: Final = "host.operate"
"""Needed for the details of `/healthz` from another machine and for notices about plugins that are out."""


def host_contributions() -> Contributions:
    """Return the host's own contributions."""
    return Contributions(
        permissions=[
            Permission(name=OPERATE, title="host.permission.operate", roles=frozenset({"operator"})),
            Permission(name=SEE_PII, title="host.permission.pii"),
        ]
    )
