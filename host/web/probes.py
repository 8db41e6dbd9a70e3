"""The endpoints that watchers ask: alive, ready, and the health of every component."""

from collections.abc import Mapping
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from host.kernel.application import Application
from host.kernel.health import HealthReport
from host.kernel.host_contributions import OPERATE
from host.logs import get_logger
from host.web.brought import credentials
from host.web.lifecycle import Lifecycle

_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")

_log = get_logger(__name__)


class Probes:
    """Answers `/livez`, `/readyz` and `/healthz` for one application."""

    def __init__(self, application: Application, lifecycle: Lifecycle) -> None:
        self._application = application
        self._lifecycle = lifecycle

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
        report = await to_thread.run_sync(self._application.health)
        return _readiness("failed" if report.status == "failed" else None)

    async def healthz(self, request: Request) -> Response:
        """Report on the whole; components and reasons only to this machine and to operators."""
        report = await to_thread.run_sync(self._application.health)
        status = "draining" if self._lifecycle.draining else report.status
        body: dict[str, Any] = {"status": status}
        if is_local(request.scope) or await to_thread.run_sync(self._may_operate, request.scope):
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

    def _may_operate(self, scope: Mapping[str, Any]) -> bool:
        try:
            principal = self._application.authenticate(credentials(scope))
        except Exception:
            # Health must be told also while sign-in itself is what fails.
            _log.exception("sign-in failed to answer", path=scope["path"])
            return False
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
