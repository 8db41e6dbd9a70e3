"""What the addresses of the pages hold."""

from dataclasses import dataclass
from typing import Literal, get_args

UserView = Literal["access", "sign-in", "history"]
USER_VIEWS: tuple[UserView, ...] = get_args(UserView)


@dataclass(frozen=True)
class UsersParams:
    """Address of the list of people.

    Args:
        q: part of a login or a name.
        part: page of the list, from 1.
    """

    q: str = ""
    part: int = 1


@dataclass(frozen=True)
class UserParams:
    """Address of one person's page.

    Args:
        id: of the person.
        view: what is shown.
        ask: the permission that is explained.
    """

    id: str = ""
    view: UserView = "access"
    ask: str = ""


@dataclass(frozen=True)
class RolesParams:
    """Address of the roles.

    Args:
        role: the one that is shown in detail; empty for all beside each other.
        q: part of a permission's name or title.
    """

    role: str = ""
    q: str = ""


@dataclass(frozen=True)
class SessionsParams:
    """Address of everybody's sessions.

    Args:
        q: part of a login or a name.
        part: page of the list, from 1.
    """

    q: str = ""
    part: int = 1
