"""Puts the web app together: Streamlit's app with our routes, inside the gate."""

import html
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from host.kernel.application import Application
from host.logs import adopt_loggers, get_logger, report_error
from host.logs.levels import apply_levels
from host.ui import assets
from host.web import policy, streamlit_adapter
from host.web.addresses import rules_for
from host.web.admission import Judge
from host.web.allowance import Allowance
from host.web.csp_reports import CspReports
from host.web.files import Files
from host.web.gate import ASGIApp, Gate, GateSettings
from host.web.incidents import Incidents
from host.web.lifecycle import Lifecycle
from host.web.options import apply_options
from host.web.plugin_routes import plugin_routes
from host.web.probes import Probes
from host.web.public_routes import PublicRoutes
from host.web.refusal import Refusal, render
from host.web.security_headers import script_hashes, security_headers
from host.web.session_probe import SessionProbe
from host.web.sockets import OpenSockets
from host.web.standing import Standing
from host.web.turnstile import Turnstile
from host.web.websocket import FrameLimits

SCRIPT: Final = Path(__file__).with_name("script.py")
_log = get_logger(__name__)
Lifespan = Callable[[], AbstractAsyncContextManager[None]]


def build_app(
    application: Application, lifecycle: Lifecycle, lifespan: Lifespan | None = None, script: Path = SCRIPT
) -> ASGIApp:
    """Return the whole web app; call once a process.

    Args:
        application: the booted application.
        lifecycle: the process's stage, shared with the server.
        lifespan: entered while the app serves.
        script: what Streamlit runs for each session.

    Raises:
        ConfigError: ``config/streamlit.toml`` cannot be used.
    """
    config = application.config
    apply_options(config)
    adopt_loggers("streamlit", "uvicorn")
    apply_levels(config.logs)  # importing Streamlit has set levels of its own
    public = PublicRoutes.of(application.routes)
    sockets = OpenSockets(Standing(application.authenticator))
    incidents = Incidents(application.host.security_events())
    turnstile = Turnstile(Allowance(config.server), sockets, incidents, config.server)
    index = streamlit_adapter.index_html(html.escape(config.title), assets.head())
    routes = [
        Route(policy.INDEX, _index_endpoint(index)),
        SessionProbe(config.security.secret_key.get_secret_value().encode()).route(),
        Route(policy.REPORTS, CspReports().receive, methods=["POST"]),
        *assets.routes(),
        *Probes(application, lifecycle, turnstile).routes(),
        *Files(application).routes(),
        *plugin_routes(application),
    ]
    app = streamlit_adapter.create_app(
        script, routes, _adapted(application, sockets, lifespan), _on_script_error, _on_error(config.title)
    )
    server = config.server
    addresses = rules_for(server.host, server.allowed_hosts, server.allowed_origins, tls=server.behind_tls)
    settings = GateSettings(
        title=config.title,
        frames=FrameLimits(server.max_frame_bytes, server.max_frames_per_s),
        headers=security_headers(script_hashes(index), tls=server.behind_tls),
        tls=server.behind_tls,
    )
    return Gate(app, Judge(addresses, application, lifecycle, streamlit_adapter.assets(), turnstile, public), settings)


def _index_endpoint(page: str) -> Callable[[Request], Response]:
    def index(_: Request) -> Response:
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    return index


def _adapted(application: Application, sockets: OpenSockets, lifespan: Lifespan | None) -> Any:
    if lifespan is None:
        return None

    @asynccontextmanager
    async def around(_: Any) -> AsyncIterator[None]:
        # Sockets listen before this process confirms any change of access.
        async with sockets.watched(application.host.changes()), lifespan():
            yield

    return around


def _on_script_error(error: Exception) -> None:
    """Log what the shell's own boundary didn't catch; Streamlit shows its generic message."""
    report_error(_log, error, where="script")


def _on_error(title: str) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        error_id = report_error(_log, error, path=request.url.path)
        headers, body = render(Refusal(500, "failed"), request.scope, title, error_id)
        return Response(body, 500, headers)

    return answer
