"""The gate: one pure ASGI middleware around everything, through which every request and handshake must pass."""

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from host.logs import bind_log_context, get_logger, report_error
from host.web import policy, uploads
from host.web import scope as scopes
from host.web.admission import Admitted, Judge
from host.web.answer import GuardedAnswer, ReaderGoneError
from host.web.brought import by_bearer
from host.web.device import device_cookie
from host.web.identity import CREDENTIALS, OWN_PREFIX, PRINCIPAL, identity_headers
from host.web.policy import Access
from host.web.rates import Answer
from host.web.reader import Reader
from host.web.refusal import Refusal, render
from host.web.security_headers import DRAWN, PRIVATE, SANDBOXED, secured_cookies
from host.web.sockets import Occupant
from host.web.standing import Seat
from host.web.websocket import BAD_FRAMES, FrameLimits, GuardedSocket, Receive, Send
from host.web.wire import EXTENSION

Scope = MutableMapping[str, Any]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GateSettings:
    """What the gate needs to know.

    Args:
        title: the app's name on refusal pages.
        frames: limits on WebSocket messages.
        headers: security headers of every response.
        tls: whether browsers see the app by TLS.
    """

    title: str
    frames: FrameLimits
    headers: Mapping[str, str]
    tls: bool = False


class Gate:
    """Admits, identifies and limits; what passes carries headers that only the gate can set."""

    def __init__(self, app: ASGIApp, judge: Judge, settings: GateSettings) -> None:
        self._app = app
        self._judge = judge
        self._settings = settings
        self._turnstile = judge.turnstile
        self._incidents = judge.turnstile.incidents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; the process's own lifespan passes untouched."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = uuid4().hex
        with bind_log_context(correlation_id=request_id):
            self._strip(scope)
            verdict = await self._judge.judge(scope)
            if scope["type"] == "http":
                await self._http(scope, receive, send, verdict, request_id)
            else:
                await self._websocket(scope, receive, send, verdict, request_id)

    def _strip(self, scope: Scope) -> None:
        kept = scopes.without(scope["headers"], OWN_PREFIX)
        if len(kept) < len(scope["headers"]):
            forged = sorted({name.decode("latin-1")[:60] for name, _ in scope["headers"] if (name, _) not in kept})
            if self._incidents.worth_telling("forged", scope) is Answer.YES:
                _log.warning("forged identity headers dropped", client=_client(scope), path=scope["path"])
            self._incidents.note("gate.forged_header", scope, headers=", ".join(forged)[:300])
        scope["headers"] = scopes.without_costly_cookies(kept)

    async def _http(
        self, scope: Scope, receive: Receive, send: Send, verdict: Admitted | Refusal, request_id: str
    ) -> None:
        started = time.perf_counter()
        reader = Reader(self._judge, scope, verdict)
        answer = GuardedAnswer(send, lambda headers: self._dress(headers, scope, verdict, request_id), reader.objection)
        try:
            if isinstance(verdict, Refusal):
                answer.instead = verdict
            else:
                arriving = reader.arriving(receive, answer, self._turnstile)
                if answer.instead is None:
                    async with self._seated(answer, reader.seat(), verdict.since):
                        await self._app(self._identified(scope, verdict, request_id), arriving, answer.send)
        except ReaderGoneError as error:
            _log.info("answer cut off", reason=str(error), path=scope["path"])
        except Exception as error:
            # Answered already where it could be; raised further, the server would log it once more without its ids.
            if answer.instead is None:
                report_error(_log, error, path=scope["path"])
        finally:
            if answer.instead is not None and not answer.started:
                await self._refuse(scope, answer.say, answer.instead, request_id, "http.response")
            outcome = answer.instead or verdict
            self._log_request(scope, outcome, status=answer.status, duration_ms=_since_ms(started))

    async def _websocket(
        self, scope: Scope, receive: Receive, send: Send, verdict: Admitted | Refusal, request_id: str
    ) -> None:
        if isinstance(verdict, Refusal):
            await receive()
            await self._refuse(scope, send, verdict, request_id, "websocket.http.response")
            self._log_request(scope, verdict, status=verdict.status, duration_ms=0.0)
            return
        reader = Reader(self._judge, scope, verdict)
        reader.look_for_foreign_session(self._incidents)
        wire = scope["extensions"].get(EXTENSION)
        socket = GuardedSocket(receive, send, self._settings.frames, reader.arrived, wire)
        started = time.perf_counter()
        try:
            async with self._seated(socket, reader.seat(), verdict.since, socket=True):
                await self._app(self._identified(scope, verdict, request_id), socket.receive, socket.send)
        finally:
            if (code := socket.code) in BAD_FRAMES:
                reason = socket.ended.reason if socket.ended is not None else "broken or too big"
                _log.warning("websocket violation", client=_client(scope), reason=reason, code=code)
                self._incidents.note("gate.bad_frame", scope, verdict.principal, reason=reason, code=code)
            self._log_request(scope, verdict, status=socket.code or 101, duration_ms=_since_ms(started))

    def _seated(
        self, occupant: Occupant, seat: Seat | None, since: int, *, socket: bool = False
    ) -> AbstractAsyncContextManager[None]:
        if seat is None:
            return nullcontext()
        return self._turnstile.sockets.seated(occupant, seat, since, socket=socket)

    async def _refuse(self, scope: Scope, send: Send, refusal: Refusal, request_id: str, kind: str) -> None:
        headers, body = render(refusal, scope, self._settings.title, request_id)
        common = {**self._settings.headers, "X-Request-Id": request_id, "Content-Length": str(len(body))}
        raw = scopes.replaced([], headers | common)
        await send({"type": f"{kind}.start", "status": refusal.status, "headers": raw})
        await send({"type": f"{kind}.body", "body": body})

    def _identified(self, scope: Scope, admitted: Admitted, request_id: str) -> Scope:
        marker = self._judge.doorkeeper.marker
        injected = identity_headers(marker, admitted.principal, admitted.device, request_id)
        if scope["type"] == "websocket":
            injected["Origin"] = _own_origin(scope)
        # Probes are the host's own and ask by themselves who wants to know more.
        hidden = scope["headers"] if admitted.access is Access.PROBE else self._hidden(scope, admitted)
        scope["headers"] = scopes.replaced(hidden, injected)
        scope[PRINCIPAL] = admitted.principal
        scope[CREDENTIALS] = admitted.credentials
        return scope

    def _hidden(self, scope: Scope, admitted: Admitted) -> scopes.RawHeaders:
        """Return the headers less the secret by which somebody was let in."""
        kept = scopes.without_cookies(scope["headers"], self._judge.secrets)
        token = self._judge.sessions is not None and admitted.principal is not None and by_bearer(scope)
        return scopes.without(kept, b"authorization") if token else kept

    def _dress(self, headers: Any, scope: Scope, verdict: Admitted | Refusal, request_id: str) -> scopes.RawHeaders:
        added = {**self._settings.headers, **_sandbox(scope["path"]), "X-Request-Id": request_id}
        if self._judge.lifecycle.draining or scope["path"].startswith(uploads.PREFIX):
            added["Connection"] = "close"
        result = scopes.replaced(headers, added)
        if isinstance(verdict, Admitted) and verdict.principal is not None and not _says_how_long(result):
            result.append(PRIVATE)
        if isinstance(verdict, Admitted) and verdict.new_device and _is_page(scope, verdict):
            cookie = device_cookie(verdict.device, secure=self._settings.tls)
            result.append((b"set-cookie", cookie.encode("latin-1")))
        return secured_cookies(result) if self._settings.tls else result

    def _log_request(self, scope: Scope, verdict: Admitted | Refusal, **outcome: Any) -> None:
        facts = {"method": scope.get("method", "WEBSOCKET"), "path": scope["path"], "client": _client(scope), **outcome}
        if isinstance(verdict, Refusal):
            # A flood is told once, as an event; a line for each request would be a second flood.
            quiet = verdict.status in {303, 429} or self._incidents.worth_telling("refused", scope) is not Answer.YES
            log = _log.debug if quiet else _log.warning
            log("request refused", code=verdict.code, reason=verdict.reason, **facts)
        elif verdict.principal is not None:
            _log.info("request", user=verdict.principal.user_id, **facts)
        else:
            _log.debug("request", **facts)


def _sandbox(path: str) -> Mapping[str, str]:
    if path.startswith(policy.FILES):
        return SANDBOXED
    return DRAWN if path.startswith(policy.MEDIA) else {}


def _says_how_long(headers: scopes.RawHeaders) -> bool:
    return any(name.lower() == b"cache-control" for name, _ in headers)


def _is_page(scope: Scope, admitted: Admitted) -> bool:
    return scope["path"] == policy.INDEX or (
        admitted.access is Access.OPEN and scope["method"] == "GET" and scope["path"] != policy.SESSION_PROBE
    )


def _client(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _since_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def _own_origin(scope: Scope) -> str:
    """Return the app's own origin: what was admitted counts as own, so that nobody downstream judges again."""
    scheme = "https" if scope["scheme"] in {"https", "wss"} else "http"
    return f"{scheme}://{scopes.only(scope, 'host')}"
