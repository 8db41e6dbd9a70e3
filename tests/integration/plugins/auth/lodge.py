"""The services by which people come in without being known: links, sign-up, the demonstration, break-glass."""

from dataclasses import dataclass

from plugins.auth.services.accounts import Accounts
from plugins.auth.services.break_glass import BreakGlass
from plugins.auth.services.demo import Demo
from plugins.auth.services.link_rows import MadeLink
from plugins.auth.services.links import Links
from plugins.auth.services.sign_up import SignUp
from tests.integration.plugins.auth.gatehouse import Gatehouse


@dataclass
class Lodge(Gatehouse):
    """Everything around sign-in, and the ways to get there."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.accounts = Accounts(self.passwords, clock=self.clock)
        self.links = Links(
            self.database,
            self.changes,
            self.settings,
            self.accounts,
            self.user_rows,
            directory=self.directory,
            security_events=self.events,
            clock=self.clock,
        )
        self.sign_up = SignUp(self.database, self.changes, self.settings, self.accounts, self.events)
        self.demo = self.a_demo()
        self.break_glass = BreakGlass(self.database, self.accounts, self.user_rows, self.telling, clock=self.clock)

    def a_demo(self, **config: object) -> Demo:
        """The demonstration under changed settings."""
        changed = self.config.model_copy(update=config)
        return Demo(
            self.database,
            self.changes,
            changed,
            self.accounts,
            self.store,
            security_events=self.events,
            clock=self.clock,
        )


def token(link: MadeLink | None) -> str:
    """The secret at the end of a link's address."""
    assert link is not None
    return link.path.rpartition("/")[2]
