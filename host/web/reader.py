"""Who is behind one admitted request: whether they may still have the answer, and whether they do something."""

import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from anyio import to_thread

from host.contracts.principal import Principal
from host.web import policy, streamlit_adapter, uploads
from host.web import scope as scopes
from host.web.admission import Admitted, Judge
from host.web.answer import GuardedAnswer
from host.web.brought import by_bearer
from host.web.incidents import Incidents
from host.web.policy import Access
from host.web.rates import Answer
from host.web.refusal import Refusal
from host.web.standing import GONE, Ending, Seat, Standing
from host.web.turnstile import Turnstile
from host.web.uploads import GuardedUpload
from host.web.websocket import Receive

FRESH_S: Final = 0.5
"""Seconds for which a token's judgement holds before the first byte is sent."""
_BY_THEMSELVES: Final = ("/media/", "/component/", "/_stcore/bidi-components/", policy.SESSION_PROBE)
"""What a page fetches without anybody doing something."""


class Reader:
    """The sender of one request, and the reader of its answer."""

    def __init__(self, judge: Judge, scope: Any, verdict: Admitted | Refusal) -> None:
        self._judge = judge
        self._scope = scope
        self._admitted = verdict if isinstance(verdict, Admitted) else None
        self._principal: Principal | None = self._admitted.principal if self._admitted is not None else None
        self._standing = Standing(judge.doorkeeper.authenticator)
        self._by_token = judge.sessions is not None and by_bearer(scope)
        self._since = time.monotonic()
        self._frames = 0
        if scope["type"] == "http" and not scope["path"].startswith(_BY_THEMSELVES):
            self._standing.active(self._principal)

    async def objection(self, first: bool, ending: Ending | None) -> Refusal | None:
        """Return what is answered instead, ``None`` while all is well.

        What changes something is answered in any case: who signs out must be told that they did.

        Args:
            first: whether nothing was sent yet.
            ending: why the reader may not have the answer any more.
        """
        asked = self._admitted is not None and self._admitted.access is Access.SIGNED_IN
        if not asked or self._principal is None or self._scope["method"] not in {"GET", "HEAD"}:
            return None
        if self._by_token:
            ending = await self._token_ending(first=first)
        if ending is None:
            return None
        if ending is GONE:
            return self._judge.stranger(self._scope)
        return Refusal(307, "changed", location=_same_address(self._scope))

    def seat(self) -> Seat | None:
        """Return the seat to keep an eye on; ``None`` for nobody, and for programs, whose tokens have no session."""
        return Seat.of(self._principal) if self._principal is not None and not self._by_token else None

    def arriving(self, receive: Receive, answer: GuardedAnswer, turnstile: Turnstile) -> Receive:
        """Return the `receive` of the request, counted where it uploads a file; what is refused is said to `answer`."""
        if not self._scope["path"].startswith(uploads.PREFIX):
            return receive
        most = turnstile.settings.max_upload_bytes
        upload = GuardedUpload(receive, most, self._upload_count(turnstile), lambda refusal: _say(answer, refusal))
        if self._is_foreign(_upload_session(self._scope)):
            turnstile.incidents.note("gate.foreign_session", self._scope, self._principal, severity="alert")
            upload.refuse(Refusal(404, "not_found"))
        elif self._scope["method"] == "PUT" and uploads.announced_too_big(self._scope, most):
            upload.refuse(uploads.TOO_BIG)
        return upload.receive

    def look_for_foreign_session(self, incidents: Incidents) -> None:
        """Note it when a handshake names somebody else's Streamlit session; Streamlit gives it a new one."""
        protocols = [each.strip() for each in (scopes.only(self._scope, "sec-websocket-protocol") or "").split(",")]
        if len(protocols) > 2 and protocols[2] and self._is_foreign(protocols[2]):
            incidents.note("gate.foreign_session", self._scope, self._principal, severity="alert")

    def _is_foreign(self, streamlit_session: str) -> bool:
        owner = streamlit_adapter.session_owner(streamlit_session)
        user_id = self._principal.user_id if self._principal is not None else ""
        return owner is not None and owner != quote(user_id, safe="@.-_~+:")

    async def _token_ending(self, *, first: bool) -> Ending | None:
        """Judge a token once more where the answer took its time; what has begun is finished."""
        assert self._admitted is not None
        if not first or time.monotonic() - self._since < FRESH_S:
            return None
        found = await to_thread.run_sync(self._judge.doorkeeper.authenticate, self._admitted.credentials)
        return GONE if found is None else None

    def arrived(self, frame: bytes) -> bool:
        """Count the frame as activity; the first one a browser sends by itself once it is connected.

        Returns:
            Whether it may pass.
        """
        if streamlit_adapter.is_forged(frame):
            return False
        self._frames += 1
        if self._frames > 1 and streamlit_adapter.is_activity(frame):
            self._standing.active(self._principal)
        return True

    def _upload_count(self, turnstile: Turnstile) -> Callable[[int], bool]:
        principal = self._principal
        key = (principal.viewed_by or principal.user_id) if principal is not None else ""

        def count(size: int) -> bool:
            answer = turnstile.allowance.upload(key, size)
            if answer is not Answer.YES:
                turnstile.refused(self._scope, answer, "uploaded bytes", principal)
            return answer is Answer.YES

        return count


def _say(answer: GuardedAnswer, refusal: Refusal) -> None:
    answer.instead = refusal


def _upload_session(scope: Any) -> str:
    return str(scope["path"]).removeprefix(uploads.PREFIX).partition("/")[0]


def _same_address(scope: Any) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return quote(scope["path"], safe="/:@-._~!$&'()*+,;=") + (f"?{query}" if query else "")
