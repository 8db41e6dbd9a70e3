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
        user_agent: what the browser calls itself, shortened; for the list of devices.
        device: id of the device cookie; empty where the request brought none.
    """

    cookies: Mapping[str, str] = field(default_factory=dict)
    authorization: str | None = None
    client: str | None = None
    user_agent: str = ""
    device: str = ""


@runtime_checkable
class Authenticator(Protocol):
    """Resolves credentials to a principal."""

    def resolve(self, credentials: Credentials) -> Principal | None:
        """Return the principal behind `credentials`, or ``None`` for nobody (the gate then refuses)."""
        ...

    def principal(self, user_id: str) -> Principal | None:
        """Return the user's principal as of now, or ``None`` when there is no such user or it is disabled."""
        ...


@runtime_checkable
class SessionAuthenticator(Authenticator, Protocol):
    """An authenticator whose principals come with a sign-in session that can end (since host API 1.2)."""

    @property
    def sign_in_path(self) -> str:
        """Where a browser without a session is sent: a public route."""
        ...

    @property
    def cookies(self) -> frozenset[str]:
        """Names of the cookies that hold secrets; the gate keeps them from everything behind it."""
        ...

    def signed_in(self, user_id: str, session: str) -> Principal | None:
        """Return the principal of a sign-in session as of now, ``None`` once it ended or the user is disabled.

        Asked at every run and for every frame: answers from this process's memory, which follows the change feed.
        """
        ...

    def active(self, session: str) -> None:
        """Take note that the person behind a session did something, for the idle timeout; cheap, never raises."""
        ...


@runtime_checkable
class LoginAuthenticator(Authenticator, Protocol):
    """An authenticator whose people are known by a login name too (since host API 1.2)."""

    def person(self, login: str) -> Principal | None:
        """Return the principal of who signs in under this name, ``None`` for nobody and who is disabled."""
        ...
