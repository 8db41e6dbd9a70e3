"""The endpoints that watchers ask: alive, ready, and the health of every component."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from host.contracts.auth import SessionAuthenticator
from host.kernel.application import Application
from host.kernel.health import HealthReport
from host.kernel.host_contributions import OPERATE
from host.logs import get_logger
from host.web.brought import credentials
from host.web.lifecycle import Lifecycle
from host.web.turnstile import Turnstile

FRESH_S: Final = 0.5
"""Seconds for which a report on health holds."""
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")

_log = get_logger(__name__)


class Probes:
    """Answers `/livez`, `/readyz` and `/healthz` for one application."""

    def __init__(self, application: Application, lifecycle: Lifecycle, turnstile: Turnstile) -> None:
        self._application = application
        self._lifecycle = lifecycle
        self._turnstile = turnstile
        self._asking = asyncio.Lock()
        self._last: tuple[HealthReport, float] | None = None

    def routes(self) -> list[Route]:
        """Return the three routes."""
        return [
            Route("/livez", self.livez),
            Route("/readyz", self.readyz),
            Route("/healthz", self.healthz),
        ]

    async def livez(self, _: Request) -> Response:
        """Answer as long as this process serves at all."""
        return PlainTextResponse("alive")

    async def readyz(self, _: Request) -> Response:
        """Say whether a balancer should send people here."""
        if self._lifecycle.stage != "serving":
            return _readiness(self._lifecycle.stage)
        if self._application.closed is not None:
            return _readiness("closed")
        report = await self._report()
        return _readiness("failed" if report.status == "failed" else None)

    async def healthz(self, request: Request) -> Response:
        """Report on the whole; components and reasons only to this machine and to operators."""
        report = await self._report()
        status = "draining" if self._lifecycle.draining else report.status
        body: dict[str, Any] = {"status": status}
        if is_local(request.scope) or await self._may_operate(request.scope):
            body |= self._detail(report)
        return JSONResponse(body, 503 if report.status == "failed" else 200, {"Cache-Control": "no-store"})

    def _detail(self, report: HealthReport) -> dict[str, Any]:
        return {
            "closed": self._application.closed,
            "components": [asdict(component) for component in report.components],
            "plugins": [
                {"id": row.id, "state": row.state, "stage": row.stage, "reason": row.reason, "version": row.version}
                for row in self._application.report.rows
            ],
        }

    async def _report(self) -> HealthReport:
        """Ask once however many want to know: anybody may, and asking takes threads and statements."""
        async with self._asking:
            if self._last is None or time.monotonic() - self._last[1] > FRESH_S:
                self._last = await to_thread.run_sync(self._application.health), time.monotonic()
            return self._last[0]

    async def _may_operate(self, scope: Mapping[str, Any]) -> bool:
        """Look up who asks, unless there was too much of that: nobody tries out cookies and tokens here."""
        authenticator = self._application.authenticator
        given = credentials(scope)
        secrets = authenticator.cookies if isinstance(authenticator, SessionAuthenticator) else frozenset()
        if self._turnstile.before_lookup(scope, given, secrets) is not None:
            return False
        try:
            principal = await to_thread.run_sync(self._application.authenticate, given)
        except Exception:
            # Health must be told also while sign-in itself is what fails.
            _log.exception("sign-in failed to answer", path=scope["path"])
            return False
        self._turnstile.after_lookup(scope, given, secrets, principal)
        return principal is not None and principal.may(OPERATE)


def is_local(scope: Mapping[str, Any]) -> bool:
    """Tell whether the request was made on this machine itself, not by a proxy on it."""
    client = scope.get("client")
    forwarded = any(name.decode("latin-1").lower() in _FORWARDED for name, _ in scope["headers"])
    if client is None or forwarded:
        return False
    try:
        return ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _readiness(obstacle: str | None) -> Response:
    body = {"ready": obstacle is None} | ({"reason": obstacle} if obstacle else {})
    return JSONResponse(body, 200 if obstacle is None else 503, {"Cache-Control": "no-store"})
