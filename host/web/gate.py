"""The gate: one pure ASGI middleware around everything, through which every request and handshake must pass."""

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from host.contracts.auth import SessionAuthenticator
from host.logs import bind_log_context, get_logger, report_error
from host.web import policy
from host.web import scope as scopes
from host.web.admission import Admitted, Judge
from host.web.device import device_cookie
from host.web.identity import CREDENTIALS, OWN_PREFIX, PRINCIPAL, identity_headers
from host.web.policy import Access
from host.web.refusal import Refusal, render
from host.web.security_headers import SANDBOXED, secured_cookies
from host.web.websocket import FrameLimits, GuardedSocket, Message, Receive, Send

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
            _log.warning("forged identity headers dropped", client=_client(scope), path=scope["path"])
        scope["headers"] = scopes.without_costly_cookies(kept)

    async def _http(
        self, scope: Scope, receive: Receive, send: Send, verdict: Admitted | Refusal, request_id: str
    ) -> None:
        started, status = time.perf_counter(), 500

        async def guarded_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._response_headers(message.get("headers", ()), scope, verdict, request_id)
            await send(message)

        try:
            if isinstance(verdict, Refusal):
                await self._refuse(scope, guarded_send, verdict, request_id, "http.response")
            else:
                await self._app(self._identified(scope, verdict, request_id), receive, guarded_send)
        except Exception as error:
            # Answered already where it could be; raised further, the server would log it once more without its ids.
            report_error(_log, error, path=scope["path"])
        finally:
            self._log_request(scope, verdict, status=status, duration_ms=_since_ms(started))

    async def _websocket(
        self, scope: Scope, receive: Receive, send: Send, verdict: Admitted | Refusal, request_id: str
    ) -> None:
        if isinstance(verdict, Refusal):
            await receive()
            await self._refuse(scope, send, verdict, request_id, "websocket.http.response")
            self._log_request(scope, verdict, status=verdict.status, duration_ms=0.0)
            return
        started, socket = time.perf_counter(), GuardedSocket(receive, send, self._settings.frames)
        try:
            await self._app(self._identified(scope, verdict, request_id), socket.receive, socket.send)
        finally:
            if socket.violation:
                _log.warning("websocket violation", reason=socket.violation, code=socket.code, client=_client(scope))
            self._log_request(scope, verdict, status=socket.code or 101, duration_ms=_since_ms(started))

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
        secret = self._secret_cookies() if admitted.access is not Access.PROBE else frozenset()
        scope["headers"] = scopes.replaced(scopes.without_cookies(scope["headers"], secret), injected)
        scope[PRINCIPAL] = admitted.principal
        scope[CREDENTIALS] = admitted.credentials
        return scope

    def _secret_cookies(self) -> frozenset[str]:
        authenticator = self._judge.doorkeeper.authenticator
        return authenticator.cookies if isinstance(authenticator, SessionAuthenticator) else frozenset()

    def _response_headers(
        self, headers: Any, scope: Scope, verdict: Admitted | Refusal, request_id: str
    ) -> scopes.RawHeaders:
        added = {**self._settings.headers, "X-Request-Id": request_id}
        if scope["path"].startswith(policy.FILES):
            added |= SANDBOXED
        if self._judge.lifecycle.draining:
            added["Connection"] = "close"
        result = scopes.replaced(headers, added)
        if isinstance(verdict, Admitted) and verdict.new_device and _is_page(scope, verdict):
            cookie = device_cookie(verdict.device, secure=self._settings.tls)
            result.append((b"set-cookie", cookie.encode("latin-1")))
        return secured_cookies(result) if self._settings.tls else result

    def _log_request(self, scope: Scope, verdict: Admitted | Refusal, **outcome: Any) -> None:
        facts = {"method": scope.get("method", "WEBSOCKET"), "path": scope["path"], "client": _client(scope), **outcome}
        if isinstance(verdict, Refusal):
            _log.warning("request refused", code=verdict.code, reason=verdict.reason, **facts)
        elif verdict.principal is not None:
            _log.info("request", user=verdict.principal.user_id, **facts)
        else:
            _log.debug("request", **facts)


def _is_page(scope: Scope, admitted: Admitted) -> bool:
    return scope["path"] == policy.INDEX or (admitted.access is Access.OPEN and scope["method"] == "GET")


def _client(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _since_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def _own_origin(scope: Scope) -> str:
    """Return the app's own origin: what was admitted counts as own, so that nobody downstream judges again."""
    scheme = "https" if scope["scheme"] in {"https", "wss"} else "http"
    return f"{scheme}://{scopes.only(scope, 'host')}"
