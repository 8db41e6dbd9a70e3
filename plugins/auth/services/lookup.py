"""Reads what memory doesn't know, and never keeps or returns what a change has overtaken meanwhile."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar, final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from host import Database, HostError, Principal
from host.kernel.registry import Registry
from plugins.auth.clock import Clock
from plugins.auth.models import SignInSession
from plugins.auth.services.memory import Memory, OpenSession, Standing
from plugins.auth.services.policies import Ruling, load_ruling
from plugins.auth.services.standing import load_person

T = TypeVar("T")
TRUSTED_S: Final = 6.0
"""Seconds after the change feed's last sign of life during which memory is believed; later the database is asked.

Who changes access waits for processes whose heartbeat is young. So this is short enough that a process believes its
memory, and keeps those who are here, no longer than it is waited for.
"""
_ATTEMPTS: Final = 20


class AccessUnsettledError(HostError):
    """What somebody may do changed faster than it could be read."""


@final
class Lookup:
    """Memory before the database.

    Args:
        registry: what active plugins declare.
    """

    def __init__(self, database: Database, memory: Memory, registry: Registry, clock: Clock) -> None:
        self._database = database
        self._memory = memory
        self._registry = registry
        self._clock = clock
        self._listening = False
        self._heard_at: float | None = None

    def listen(self) -> None:
        """Believe memory from the next sign of life of the change feed on."""
        self._listening = True

    def heard(self) -> None:
        """Take note that every change until now was handed over."""
        if self._listening:
            self._heard_at = time.monotonic()

    def deaf(self) -> None:
        """Believe memory no more."""
        self._listening, self._heard_at = False, None

    def remembered(self, ask: Callable[[Memory], T | None]) -> T | None:
        """Return what memory says, if it can be believed."""
        return ask(self._memory) if self._follows() else None

    def stored_session(self, where: ColumnElement[bool]) -> SignInSession | None:
        """Read a session, in whatever state."""

        def read(session: Session, _: int) -> SignInSession | None:
            return session.scalar(select(SignInSession).where(where))

        def keep(row: SignInSession | None, generation: int) -> None:
            if row is not None and row.state == "open" and row.ended_at is None:
                self._memory.keep_session(open_session(row), generation)

        return self._settled(read, keep)

    def principal(self, user_id: str) -> Principal | None:
        """Return what an active person may do, without a session."""
        now = self._clock()
        known = self.remembered(lambda memory: memory.standing(user_id, now))
        if known is not None:
            return known.principal

        def read(session: Session, generation: int) -> Standing | None:
            person = load_person(session, user_id)
            if person is None:
                return None
            return Standing(self._ruling(session, generation).principal(person, now), person.until(now))

        def keep(found: Standing | None, generation: int) -> None:
            if found is not None:
                self._memory.keep_standing(found, generation)

        found = self._settled(read, keep)
        return found.principal if found else None

    def ruling(self) -> Ruling:
        """Return the policy in force.

        Raises:
            RoleCycleError: a role inherits from itself.
        """
        return self.remembered(Memory.ruling) or self._settled(self._ruling, lambda _, __: None)

    def _ruling(self, session: Session, generation: int) -> Ruling:
        known = self.remembered(Memory.ruling)
        if known is not None:
            return known
        follows, read = self._follows(), load_ruling(session, self._registry)
        if follows:
            self._memory.keep_ruling(read, generation)
        return read

    def _follows(self) -> bool:
        return self._heard_at is not None and time.monotonic() - self._heard_at < TRUSTED_S

    def _settled(self, read: Callable[[Session, int], T], keep: Callable[[T, int], Any]) -> T:
        for _ in range(_ATTEMPTS):
            generation, follows = self._memory.generation, self._follows()
            # Apart from every unit of work: what isn't committed yet is nobody's right.
            with self._database.reader() as session:
                value = read(session, generation)
            if generation == self._memory.generation:
                if follows:
                    keep(value, generation)
                return value
        raise AccessUnsettledError(
            f"Access changed during each of {_ATTEMPTS} attempts to read it.", remedy="Try again."
        )


def open_session(row: SignInSession) -> OpenSession:
    """Return what memory keeps of a row."""
    return OpenSession(row.id, row.token_hash, row.user_id, row.view_as, row.seen_at, row.idle_s, row.ends_at)
