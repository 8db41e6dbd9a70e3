"""Plugins' HTTP routes below ``/x/<plugin id>``: authorised, run in their plugin's context, isolated from the app."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from host.contracts.principal import Principal
from host.contributions import Route
from host.errors import PermissionDeniedError, ValidationError
from host.kernel.application import Application
from host.kernel.context import RunContext, entered
from host.kernel.registry import Owned
from host.logs import get_logger, report_error
from host.web.identity import PRINCIPAL, REQUEST_ID
from host.web.refusal import Refusal, preferred_language, render

Endpoint = Callable[[Request], Awaitable[Response]]

_log = get_logger(__name__)


def plugin_routes(application: Application) -> list[StarletteRoute]:
    """Return the active plugins' routes, each behind its permission; whatever else stands below is not there."""
    own = [
        StarletteRoute(
            f"/x/{owned.plugin}{owned.value.path}",
            _guarded(application, owned),
            methods=list(owned.value.methods),
            name=f"{owned.plugin}{owned.value.path}",
        )
        for owned in application.routes
    ]

    def nothing(request: Request) -> Response:
        return _answer(application, Refusal(404, "not_found"), request, request.headers[REQUEST_ID])

    return [*own, StarletteRoute("/x/{path:path}", nothing)]


def _guarded(application: Application, owned: Owned[Route]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        principal: Principal = request.scope[PRINCIPAL]
        refusal = _refusal(application, owned, principal)
        if refusal is not None:
            return _answer(application, refusal, request, request.headers[REQUEST_ID])
        context = RunContext(
            application=application,
            principal=principal,
            correlation_id=request.headers[REQUEST_ID],
            plugin=owned.plugin,
            language=preferred_language(request.headers.get("accept-language", "")),
        )
        with entered(context):
            return await _isolated(application, owned, request)

    return endpoint


def _refusal(application: Application, owned: Owned[Route], principal: Principal) -> Refusal | None:
    if not application.exposed(owned.plugin, principal):
        return Refusal(404, "not_found", f"{owned.plugin} is not exposed")
    if not principal.may(owned.value.permission):
        return Refusal(403, "forbidden", f"lacks {owned.value.permission}")
    return None


async def _isolated(application: Application, owned: Owned[Route], request: Request) -> Response:
    try:
        return await _call(owned.value.endpoint, request)
    except HTTPException:
        raise
    except PermissionDeniedError as error:
        return _answer(application, Refusal(403, "forbidden", str(error)), request, request.headers[REQUEST_ID])
    except ValidationError as error:
        return _answer(application, Refusal(422, "invalid", str(error)), request, request.headers[REQUEST_ID])
    except (Exception, SystemExit) as error:
        error_id = report_error(_log, error, plugin=owned.plugin, plugin_version=owned.version, route=owned.value.path)
        return _answer(application, Refusal(500, "failed", str(error)), request, error_id)


async def _call(function: Callable[..., Any], request: Request) -> Response:
    on_loop = inspect.iscoroutinefunction(function)
    answer: Any = function(request) if on_loop else await to_thread.run_sync(function, request)
    response: Response = await answer if inspect.isawaitable(answer) else answer
    return response


def _answer(application: Application, refusal: Refusal, request: Request, reference: str) -> Response:
    _log.warning("route refused", code=refusal.code, reason=refusal.reason, path=request.url.path)
    headers, body = render(refusal, request.scope, application.config.title, reference)
    return Response(body, refusal.status, headers)
