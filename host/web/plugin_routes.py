"""Plugins' HTTP routes below ``/x/<plugin id>``; whatever else is asked for there is not there."""

from collections import defaultdict
from typing import Final

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from host.kernel.application import Application
from host.web.identity import REQUEST_ID
from host.web.plugin_endpoint import PluginEndpoint, refused
from host.web.public_routes import address
from host.web.refusal import Refusal

THREADS_PER_PLUGIN: Final = 16
"""Requests to a plugin's sync endpoints that run at once; further ones wait."""


def plugin_routes(application: Application) -> list[Route]:
    """Return the active plugins' routes, each behind its permission, and one that refuses the rest."""
    threads: dict[str, CapacityLimiter] = defaultdict(lambda: CapacityLimiter(THREADS_PER_PLUGIN))
    own = [
        Route(
            address(owned),
            PluginEndpoint(application, owned, threads[owned.plugin]),
            methods=list(owned.value.methods),
            name=f"{owned.plugin}{owned.value.path}",
        )
        for owned in application.routes
    ]

    def nothing(request: Request) -> Response:
        return refused(application, Refusal(404, "not_found"), request, request.headers[REQUEST_ID])

    return [*own, Route("/x/{path:path}", nothing)]
