"""What the services hand out: frozen facts about people, sessions and attempts, free of any database."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SessionState = Literal["code", "renew", "open"]
"""``code``: the password was right, a code is missing; ``renew``: a new password is due; ``open``: signed in."""
RefusedBecause = Literal["wrong", "wait", "busy", "ended", "weak"]
"""``wrong``: login, password or code; ``wait``: too many attempts; ``busy``: too many at once; ``ended``: the session
is gone or in another state; ``weak``: the new password has problems."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what somebody typed.

    Args:
        key: of a text that says what is wrong and how to mend it.
        field: name of the input: ``login``, ``name``, ``email`` or ``password``.
        values: fields of the text.
    """

    key: str
    field: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A session with the token that was just made for it; the token exists nowhere else.

    Args:
        id: of the session; may appear in logs.
        token: for the cookie; never to be logged or stored.
        max_age_s: seconds for which the browser keeps the cookie; ``None`` until it is closed.
    """

    id: str
    token: str = dataclasses.field(repr=False)
    max_age_s: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Signed in."""

    begun: Begun


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password was right; now the code of the authenticator."""

    begun: Begun


@dataclass(frozen=True, slots=True)
class NeedsNewPassword:
    """Everything was right, and a new password is due before anything else."""

    begun: Begun


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in.

    Args:
        reason: the same for an unknown login and a wrong password.
        retry_after_s: seconds after which another attempt is looked at; 0 for at once.
        problems: what is wrong with the new password.
    """

    reason: RefusedBecause
    retry_after_s: int = 0
    problems: tuple[Problem, ...] = ()


SignInAnswer = Done | NeedsCode | NeedsNewPassword | Refused


@dataclass(frozen=True, slots=True)
class PendingSession:
    """A session that isn't open yet, as the pages between password and app see it."""

    id: str
    user_id: str
    state: SessionState


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A sign-in on a device."""

    id: str
    user_id: str
    login: str
    name: str
    state: SessionState
    method: str
    device: str
    client: str
    user_agent: str
    remember: bool
    created_at: datetime
    confirmed_at: datetime
    seen_at: datetime
    ends_at: datetime
    view_as: str | None = None


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role that somebody has.

    Args:
        until: when it ends by itself; ``None`` for never.
    """

    role: str
    until: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person who may sign in.

    Args:
        email: masked unless the reader asked for it by a service that notes who saw it.
        roles: those that hold now.
        permissions: permission → ``"grant"`` or ``"deny"``, besides the roles.
        second_factor: whether a code is asked for at sign-in.
        has_password: whether a password was ever set.
        version: of the row, for edits.
    """

    id: str
    login: str
    name: str
    email: str | None
    roles: tuple[GivenRole, ...]
    permissions: Mapping[str, str]
    second_factor: bool
    has_password: bool
    must_change: bool
    disabled_at: datetime | None
    disabled_because: str | None
    created_at: datetime
    version: int

    @property
    def active(self) -> bool:
        """Whether this person may sign in."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of the list of people."""

    rows: tuple[UserInfo, ...]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page of the list of sessions."""

    rows: tuple[SessionInfo, ...]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of access was committed.

    Args:
        unconfirmed: ids of live processes that haven't said within the time limit that they act by it.
    """

    unconfirmed: tuple[str, ...] = ()
