"""The demonstration's person, whom ``app run --as demo`` signs in: in development, on this machine only."""

from datetime import timedelta
from typing import Final, final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from host import AppConfig, ChangeFeed, Credentials, Database, UnitOfWork
from host.kernel.local import is_loopback
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import User
from plugins.auth.problems import refuse
from plugins.auth.services.accounts import Accounts, NewAccount, acting_for
from plugins.auth.services.link_rows import MadeLink, new_link, take
from plugins.auth.services.links import DEMO
from plugins.auth.services.session_store import TOPIC, SessionStore
from plugins.auth.values import Begun

ROLES: Final = ("editor", "operator")
"""Enough to try everything but people and roles."""
LASTS: Final = timedelta(minutes=10)


@final
class Demo:
    """Makes the person and a link that signs them in once."""

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        config: AppConfig,
        accounts: Accounts,
        session_store: SessionStore,
        *,
        security_events: SecurityEvents,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._accounts = accounts
        self._sessions = session_store
        self._events = security_events
        self._clock = clock
        self.possible: Final = config.env == "dev" and is_loopback(config.server.host)
        """Whether somebody may be signed in without proof: nobody else reaches this app."""

    def link(self) -> MadeLink:
        """Return a link that signs the demonstration's person in (open: a start calls it).

        Raises:
            InputError: this is no development on this machine, or a real person has the login.
        """
        self._require_possible()

        def work(unit: UnitOfWork) -> MadeLink:
            user_id = self._person(unit.session)
            return new_link(unit.session, "demo", LASTS, self._clock(), created_by="start", user_id=user_id)

        return self._database.run_tx(work)

    def enter(self, token: str, credentials: Credentials) -> Begun:
        """Use a link up and return the session that it opens (open).

        Raises:
            InputError: the link counts no more, or this is no development on this machine.
        """
        self._require_possible()

        def work(unit: UnitOfWork) -> Begun:
            taken = take(unit.session, token, "demo", self._clock())
            assert taken.user_id is not None
            return self._sessions.begin(taken.user_id, DEMO, credentials)

        with acting_for(DEMO, DEMO):
            begun = self._database.run_tx(work)
        self._events.note(SecurityEvent("link.used", "info", client=credentials.client or "", detail={"link": DEMO}))
        return begun

    def _person(self, session: Session) -> str:
        user = session.scalar(select(User).where(User.login_key == DEMO))
        if user is None:
            account = NewAccount(uuid4().hex, DEMO, "Demo", None, None)
            self._changes.publish(TOPIC, f"user:{account.id}")
            return self._accounts.store(session, account, ROLES).id
        if user.password_hash is not None or user.disabled_at is not None:
            raise refuse("auth.error.demo_taken")
        return user.id

    def _require_possible(self) -> None:
        if not self.possible:
            raise refuse("auth.error.demo_impossible")
