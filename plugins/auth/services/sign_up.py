"""Accounts that people make themselves, where the settings let them."""

from host import ChangeFeed, Database, UnitOfWork
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.problems import refuse
from plugins.auth.services.accounts import Accounts
from plugins.auth.services.session_store import TOPIC
from plugins.auth.settings import AuthSettings, SignUpMode


class SignUp:
    """Makes accounts without an invitation, where anybody may have one."""

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        settings: AuthSettings,
        accounts: Accounts,
        security_events: SecurityEvents,
    ) -> None:
        self._database = database
        self._changes = changes
        self._settings = settings
        self._accounts = accounts
        self._events = security_events

    @property
    def mode(self) -> SignUpMode:
        """Who may make an account."""
        return self._settings.sign_up

    def join(self, login: str, name: str, password: str, email: str | None = None) -> str:
        """Make an account and return the id (open).

        Raises:
            InputError: not anybody may, or something typed is wrong.
        """
        if self.mode != "open":
            raise refuse("auth.error.sign_up_off")
        account = self._accounts.prepared(login, name, password, email)

        def work(unit: UnitOfWork) -> None:
            self._accounts.store(unit.session, account, self._settings.sign_up_roles)
            self._changes.publish(TOPIC, f"user:{account.id}")

        self._accounts.run(self._database, account, work)
        self._events.note(SecurityEvent("user.joined", "info", account.id, detail={"how": "open"}))
        return account.id
