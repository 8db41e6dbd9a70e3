"""Everything that the page of one person needs, under one name."""

from dataclasses import dataclass
from typing import final

from plugins.auth.services.links import Links
from plugins.auth.services.past import PastOfPeople
from plugins.auth.services.roles import Roles
from plugins.auth.services.second_factor import SecondFactor
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.tokens import Tokens
from plugins.auth.services.users import Users
from plugins.auth.services.why import Why


@final
@dataclass(frozen=True, slots=True)
class Desk:
    """The services around accounts."""

    users: Users
    roles: Roles
    sessions: Sessions
    tokens: Tokens
    links: Links
    second_factor: SecondFactor
    past: PastOfPeople
    why: Why
