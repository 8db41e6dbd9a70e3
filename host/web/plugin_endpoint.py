"""One route of a plugin as an ASGI app: authorised, run in its plugin's context, and no fault of it reaches others."""

import inspect
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from host.contracts.principal import ANONYMOUS, Principal
from host.contributions import Route
from host.data.looking import OnlyLookingError
from host.errors import PermissionDeniedError, ValidationError
from host.kernel.application import Application
from host.kernel.context import RunContext, entered
from host.kernel.registry import Owned
from host.logs import get_logger, report_error
from host.web.answer import ReaderGoneError
from host.web.identity import CREDENTIALS, PRINCIPAL, REQUEST_ID
from host.web.refusal import Refusal, preferred_language, render

_LINE_BREAK: Final = re.compile(rb"[\r\n\0]")

_log = get_logger(__name__)


class PluginEndpoint:
    """Whatever the endpoint or its answer raise ends this request only.

    Args:
        threads: the plugin's own share of threads, so that its slow endpoints keep nobody else waiting.
    """

    def __init__(self, application: Application, owned: Owned[Route], threads: CapacityLimiter) -> None:
        self._application = application
        self._owned = owned
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authorise, run the endpoint and send its answer, all in the plugin's context."""
        if not self._keeps_accounts():
            scope.pop(CREDENTIALS, None)
        request = Request(scope, receive, send)
        refusal = _refusal(
            self._application, self._owned, scope[PRINCIPAL], request.client.host if request.client else ""
        )
        if refusal is not None:
            answer = refused(self._application, refusal, request, request.headers[REQUEST_ID])
            await answer(scope, receive, send)
            return
        with entered(self._context(request)):
            answer = await self._answer(request)
            await self._deliver(answer, request, send)

    def _keeps_accounts(self) -> bool:
        return self._application.plan.providers.chosen.get("auth", ("", ""))[0] == self._owned.plugin

    def _context(self, request: Request) -> RunContext:
        principal = request.scope[PRINCIPAL] or ANONYMOUS
        return RunContext(
            application=self._application,
            principal=principal,
            correlation_id=request.headers[REQUEST_ID],
            plugin=self._owned.plugin,
            language=preferred_language(request.headers.get("accept-language", "")),
            flags=self._application.feature_flags.view(principal),
            signed_in=bool(principal.session),
        )

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._call(request)
        except HTTPException:
            raise
        except (PermissionDeniedError, OnlyLookingError) as error:
            refusal = Refusal(403, "forbidden", str(error))
        except ValidationError as error:
            refusal = Refusal(422, "invalid", str(error))
        except (Exception, SystemExit) as error:
            return self._failed(request, error)
        return refused(self._application, refusal, request, request.headers[REQUEST_ID])

    async def _call(self, request: Request) -> Response:
        function: Callable[..., Any] = self._owned.value.endpoint
        on_loop = inspect.iscoroutinefunction(function)
        answer: Any = (
            function(request) if on_loop else await to_thread.run_sync(function, request, limiter=self._threads)
        )
        response: Response = await answer if inspect.isawaitable(answer) else answer
        if isinstance(response, StreamingResponse):
            response.body_iterator = _without_exit(response.body_iterator)
        return response

    async def _deliver(self, answer: Response, request: Request, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            _refuse_line_breaks(message)
            started = True
            await send(message)

        try:
            await answer(request.scope, request.receive, watched)
        except (ReaderGoneError, ClientDisconnect):
            raise ReaderGoneError("the reader may not have the rest") from None
        except (Exception, SystemExit) as error:
            failed = self._failed(request, error)
            if not started:
                await failed(request.scope, request.receive, send)

    def _failed(self, request: Request, error: BaseException) -> Response:
        owned = self._owned
        error_id = report_error(_log, error, plugin=owned.plugin, plugin_version=owned.version, route=owned.value.path)
        return refused(self._application, Refusal(500, "failed", str(error)), request, error_id)


def _refuse_line_breaks(message: Message) -> None:
    # The server refuses them too, but only when the connection is beyond answering.
    if any(_LINE_BREAK.search(value) for _, value in message.get("headers", ())):
        raise ValueError("a header of the answer holds a line break")


async def _without_exit(chunks: AsyncIterable[Any]) -> AsyncIterator[Any]:
    """Pass on `chunks`; they are produced in a task of their own, where ``SystemExit`` would end the process."""
    try:
        async for chunk in chunks:
            yield chunk
    except SystemExit as error:
        raise RuntimeError("the answer's body asked the process to end") from error


def _refusal(application: Application, owned: Owned[Route], principal: Principal | None, client: str) -> Refusal | None:
    if principal is None and not owned.value.public:
        return Refusal(401, "unauthorized")
    if not application.exposed(owned.plugin, principal or ANONYMOUS):
        return Refusal(404, "not_found", f"{owned.plugin} is not exposed")
    if principal is not None and not owned.value.public and not principal.may(owned.value.permission):
        why = f"lacks {owned.value.permission}"
        page = f"/x/{owned.plugin}{owned.value.path}"
        application.host.denials().note(principal, owned.value.permission, why, page=page, client=client)
        return Refusal(403, "forbidden", why)
    return None


def refused(application: Application, refusal: Refusal, request: Request, reference: str) -> Response:
    """Log a refusal and return what the caller gets to see.

    Args:
        reference: leads operators from the answer to the log.
    """
    _log.warning("route refused", code=refusal.code, reason=refusal.reason, path=request.url.path)
    headers, body = render(refusal, request.scope, application.config.title, reference)
    return Response(body, refusal.status, headers)
