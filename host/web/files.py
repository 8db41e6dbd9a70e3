"""The route of files made for somebody: the owner gets the file, everybody else learns not even that there is one."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from host.contracts.principal import Principal
from host.files import FileStore, StoredFile
from host.files.names import attachment
from host.kernel.application import Application
from host.logs import bind_log_context
from host.security.events import EventSeverity, SecurityEvent
from host.web import policy
from host.web.identity import PRINCIPAL, REQUEST_ID
from host.web.plugin_endpoint import refused
from host.web.refusal import Refusal


class Files:
    """Hands out files."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def routes(self) -> list[Route]:
        """Return the one route."""
        return [Route(f"{policy.FILES}{{file_id}}", self.fetch)]

    async def fetch(self, request: Request) -> Response:
        """Answer with the file, or with 404 whatever the reason is."""
        principal: Principal = request.scope[PRINCIPAL]
        with bind_log_context(user=principal.user_id):
            return await to_thread.run_sync(self._answer, request, principal)

    def _answer(self, request: Request, principal: Principal) -> Response:
        store: FileStore = self._application.host.files()
        file_id = request.path_params["file_id"]
        found = store.find(file_id)
        obstacle = "there is none" if found is None else self._obstacle(found, principal)
        if found is None or obstacle:
            self._note(request, principal, "files.denied", file=file_id[:64], why=obstacle)
            return self._nothing(request, obstacle)
        try:
            chunks = store.read(found)
        except FileNotFoundError:
            return self._nothing(request, "its content is gone")
        if request.method == "HEAD":
            chunks = iter(())
        else:
            self._note(request, principal, "files.fetched", file=found.id, name=found.name, size=found.size)
        return StreamingResponse(chunks, headers=_headers(found))

    def _obstacle(self, file: StoredFile, principal: Principal) -> str:
        """Return why the principal may not have the file, in one line for operators; empty if they may."""
        if principal.viewed_by:
            return "seen through another person's eyes"
        if file.owner != principal.user_id:
            return "it is somebody else's"
        if not principal.may(file.permission):
            return f"lacks {file.permission}"
        if file.plugin is not None and file.plugin not in self._application.plugins:
            return f"{file.plugin} is out"
        if file.plugin is not None and not self._application.exposed(file.plugin, principal):
            return f"{file.plugin} is not exposed"
        return ""

    def _nothing(self, request: Request, reason: str) -> Response:
        return refused(self._application, Refusal(404, "not_found", reason), request, request.headers[REQUEST_ID])

    def _note(self, request: Request, principal: Principal, kind: str, **detail: object) -> None:
        client = request.client.host if request.client else ""
        person = principal.viewed_by or principal.user_id
        severity: EventSeverity = "warning" if kind == "files.denied" else "info"
        event = SecurityEvent(kind, severity, person, client, principal.session, detail=detail)
        self._application.host.security_events().note(event)


def _headers(file: StoredFile) -> dict[str, str]:
    return {
        "Content-Type": file.media_type,
        "Content-Length": str(file.size),
        "Content-Disposition": attachment(file.name),
        "Cache-Control": "no-store",
        "Accept-Ranges": "none",
    }
