"""One attempt with a password, whatever it is for: counted, looked at, noted."""

from hashlib import blake2s
from typing import final

from host import AppConfig, Credentials
from host.security.events import EventSeverity, SecurityEvent, SecurityEvents
from plugins.auth.models import User
from plugins.auth.services.hash_slots import HashingBusyError
from plugins.auth.services.lanes import Lane, code_lanes, password_lanes
from plugins.auth.services.lockout import Lockout
from plugins.auth.services.passwords import Passwords
from plugins.auth.services.session_store import SessionStore
from plugins.auth.values import Refused

BUSY_S = 5
"""Seconds after which another attempt may find the queue shorter."""


@final
class PasswordCheck:
    """Does the same work for known, unknown and disabled people, and gives the same answer."""

    def __init__(
        self,
        passwords: Passwords,
        lockout: Lockout,
        session_store: SessionStore,
        security_events: SecurityEvents,
        config: AppConfig,
    ) -> None:
        self._passwords = passwords
        self._lockout = lockout
        self._sessions = session_store
        self._events = security_events
        self._key = blake2s(config.security.secret_key.get_secret_value().encode()).digest()

    def refusal(self, user: User | None, login_key: str, password: str, credentials: Credentials) -> Refused | None:
        """Return why an attempt fails, ``None`` when the password is right and its owner may sign in.

        Args:
            user: whose password it should be; ``None`` where nobody has the login.
            login_key: under which attempts are counted.
        """
        known = self._sessions.knows_device(user.id if user else None, credentials.device)
        lanes = password_lanes(login_key, credentials, known_device=known)
        waits = self.counted(lanes, user.id if user else "", credentials)
        if waits is not None:
            return waits
        try:
            right = self._passwords.verify(user.password_hash if user else None, password)
        except HashingBusyError:
            # It was never looked at: who floods the queue must not use up other people's attempts.
            self._lockout.take_back(lanes)
            return Refused("busy", BUSY_S)
        if user is None or not right or user.disabled_at is not None:
            why = "unknown" if user is None else "password" if not right else "disabled"
            # Told apart, so that trying many is seen. Keyed and short: what was typed may be a password.
            mark = (
                {}
                if user
                else {
                    "account": blake2s(login_key.encode("utf-8", "replace"), key=self._key, digest_size=2).hexdigest()
                }
            )
            self.note("sign_in.failed", user.id if user else "", credentials, "warning", reason=why, **mark)
            return Refused("wrong")
        self._lockout.forgive(lanes)
        return None

    def code_lanes(self, user_id: str, credentials: Credentials) -> tuple[Lane, ...]:
        """Return where attempts with a code are counted."""
        known = self._sessions.knows_device(user_id, credentials.device)
        return code_lanes(user_id, credentials, known_device=known)

    def counted(self, lanes: tuple[Lane, ...], user_id: str, credentials: Credentials) -> Refused | None:
        """Count an attempt; return how long to wait where there were too many."""
        wait_s = self._lockout.count(lanes)
        if not wait_s:
            return None
        self.note("sign_in.locked", user_id, credentials, "warning", wait_s=wait_s)
        return Refused("wait", wait_s)

    def forgiven(self, lanes: tuple[Lane, ...]) -> None:
        """Take back what was counted for somebody who turned out right."""
        self._lockout.forgive(lanes)

    def note(
        self,
        kind: str,
        user_id: str,
        credentials: Credentials,
        severity: EventSeverity = "info",
        session: str = "",
        **detail: object,
    ) -> None:
        """Note what happened, with where the attempt came from; never with what was typed."""
        client = credentials.client or ""
        self._events.note(SecurityEvent(kind, severity, user_id, client, session, credentials.device, detail))
