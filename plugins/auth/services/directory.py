"""Who is behind a request: answered from this process's memory, which follows the change feed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, final

from sqlalchemy import ColumnElement, select

from host import AppConfig, ChangeFeed, Credentials, Database, Principal
from host.kernel.registry import Registry
from host.security.authorization import Explanation
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import SignInSession, User
from plugins.auth.permissions import VIEW_AS
from plugins.auth.services.activity import Activity
from plugins.auth.services.giving import not_held
from plugins.auth.services.logins import login_key
from plugins.auth.services.lookup import Lookup, open_session
from plugins.auth.services.memory import Memory, OpenSession
from plugins.auth.services.policies import Ruling
from plugins.auth.services.session_store import TOPIC, SessionStore
from plugins.auth.services.session_tokens import PLAIN_COOKIE, SECURE_COOKIE, presented
from plugins.auth.services.standing import load_person
from plugins.auth.services.tokens import Tokens

SIGN_IN_PATH: Final = "/x/auth/sign-in"
BEAT_S: Final = 2.0
"""Seconds between two signs of life of the change feed's thread."""
_LEFT: Final = frozenset({"signed_out", "replaced"})
"""Ends after which the browser has no cookie any more: whoever still shows the token has it from elsewhere."""


@final
class Directory:
    """The provider of the capability `auth`.

    Args:
        memory: what to remember in.
    """

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        config: AppConfig,
        registry: Registry,
        *,
        session_store: SessionStore,
        tokens: Tokens,
        security_events: SecurityEvents,
        clock: Clock = utc_now,
        memory: Memory | None = None,
    ) -> None:
        remembered = memory or Memory()
        self._database = database
        self._registry = registry
        self._changes = changes
        self._tokens = tokens
        self._events = security_events
        self._clock = clock
        self._behind_tls = config.server.behind_tls
        self._memory = remembered
        self._lookup = Lookup(database, remembered, registry, clock)
        self._activity = Activity(session_store, remembered, clock)

    @property
    def sign_in_path(self) -> str:
        """Where a browser without a session is sent."""
        return SIGN_IN_PATH

    @property
    def cookies(self) -> frozenset[str]:
        """Names of the cookies that hold tokens."""
        return frozenset({SECURE_COOKIE, PLAIN_COOKIE})

    def follow(self) -> Callable[[], None]:
        """Follow the change feed, so that memory may be believed; return how to stop."""
        unsubscribe = self._changes.subscribe(TOPIC, self._memory.forget)
        self._changes.every(BEAT_S, self.beat)
        self._lookup.listen()
        self._activity.start()

        def stop() -> None:
            self._lookup.deaf()
            unsubscribe()
            self._activity.stop()

        return stop

    def beat(self) -> None:
        """Take note that every change until now was handed over; called by the change feed's thread."""
        self._lookup.heard()

    def resolve(self, credentials: Credentials) -> Principal | None:
        """Return the principal behind a bearer token or a session's cookie, or ``None`` for nobody."""
        scheme, _, bearer = (credentials.authorization or "").partition(" ")
        if scheme.lower() == "bearer":
            use = self._tokens.resolve(bearer.strip(), credentials.client)
            owner = self.principal(use.user_id) if use else None
            return use.narrow(owner) if use and owner else None
        digest = presented(credentials, behind_tls=self._behind_tls)
        if digest is None:
            return None
        known = self._remembered(lambda memory: memory.session_of(digest))
        found = known or self._stored(SignInSession.token_hash == digest, credentials)
        return self._seen_as(found) if found else None

    def principal(self, user_id: str) -> Principal | None:
        """Return a person's principal as of now, without a session; ``None`` for nobody and who is disabled."""
        return self._lookup.principal(user_id)

    def person(self, login: str) -> Principal | None:
        """Return the principal of who signs in under this name, however it is typed."""
        with self._database.begin(readonly=True) as unit:
            user_id = unit.session.scalar(select(User.id).where(User.login_key == login_key(login)))
        return self.principal(user_id) if user_id else None

    def signed_in(self, user_id: str, session: str) -> Principal | None:
        """Return the principal of a session as of now, or of the person that it looks through; else ``None``."""
        known = self._remembered(lambda memory: memory.session(session))
        found = known or self._stored(SignInSession.id == session)
        shown = self._seen_as(found) if found else None
        if found is None or shown is None or shown.user_id == user_id:
            return shown
        if found.user_id != user_id:
            return None
        # A tab from before the look through other eyes began: its other epoch lets it begin anew.
        own = self.principal(user_id)
        return replace(own, session=found.id, epoch=f"{own.epoch}.away") if own else None

    def active(self, session: str) -> None:
        """Take note that the person behind a session did something."""
        self._activity.note(session)

    def ruling(self) -> Ruling:
        """Return the policy in force.

        Raises:
            RoleCycleError: a role inherits from itself.
        """
        return self._lookup.ruling()

    def declared(self) -> set[str]:
        """Return the names of all permissions that active plugins declare."""
        return self._registry.permission_names()

    def explain(self, user_id: str, permission: str) -> Explanation | None:
        """Return why a person holds a permission, or doesn't; ``None`` for nobody and who is disabled."""
        with self._database.reader() as session:
            person = load_person(session, user_id)
        if person is None:
            return None
        return self.ruling().policy.explain(permission, person.roles(self._clock()), person.grants, person.denies)

    def logins(self, limit: int) -> list[str]:
        """Return up to `limit` names under which people sign in."""
        with self._database.reader() as session:
            return list(session.scalars(select(User.login).order_by(User.login_key).limit(limit)))

    def _seen_as(self, found: OpenSession) -> Principal | None:
        own = self.principal(found.user_id)
        if own is None:
            return None
        other = self.principal(found.view_as) if found.view_as and own.may(VIEW_AS) else None
        # Asked each time: whom somebody looks at may have been given more meanwhile.
        if other is None or not_held(own, other.permissions - other.denied):
            return replace(own, session=found.id)
        return replace(other, session=found.id, viewed_by=own.user_id, epoch=f"{other.epoch}.{own.epoch}")

    def _remembered(self, ask: Callable[[Memory], OpenSession | None]) -> OpenSession | None:
        found = self._lookup.remembered(ask)
        return found if found is not None and self._activity.goes_on(found) else None

    def _stored(self, where: ColumnElement[bool], credentials: Credentials | None = None) -> OpenSession | None:
        row = self._lookup.stored_session(where)
        if row is None or row.state != "open":
            return None
        if row.ended_at is not None:
            self._note_replay(row, credentials)
            return None
        found = open_session(row)
        return found if self._activity.goes_on(found) else None

    def _note_replay(self, row: SignInSession, credentials: Credentials | None) -> None:
        if credentials is None or row.end_reason not in _LEFT:
            return
        event = SecurityEvent(
            "session.replayed",
            "warning",
            row.user_id,
            credentials.client or "",
            row.id,
            credentials.device,
            {"ended_because": row.end_reason},
        )
        self._events.note(event)
