"""Capability `auth`: who is behind a request. Must not degrade: without a provider the host closes itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from host.contracts.principal import Principal


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought along.

    Args:
        cookies: cookie name → value.
        authorization: the ``Authorization`` header's value, if there was one.
        client: the peer's IP address.
    """

    cookies: Mapping[str, str] = field(default_factory=dict)
    authorization: str | None = None
    client: str | None = None


@runtime_checkable
class Authenticator(Protocol):
    """Resolves credentials to a principal."""

    def resolve(self, credentials: Credentials) -> Principal | None:
        """Return the principal behind `credentials`, or ``None`` for nobody (the gate then refuses)."""
        ...

    def principal(self, user_id: str) -> Principal | None:
        """Return the user's principal as of now, or ``None`` when there is no such user or it is disabled."""
        ...
