"""`/_host/session`: tells the page's script whether its reader is still signed in, and as the same person."""

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from host.contracts.principal import Principal
from host.web.identity import PRINCIPAL
from host.web.policy import SESSION_PROBE

TAG: str = "X-Session-Tag"
"""Answer header that differs between readers and sign-ins, and says nothing about either."""


class SessionProbe:
    """Answers 204 for somebody, 401 for nobody; it counts as no activity.

    Args:
        secret: keys the tags.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def route(self) -> Route:
        """Return the route."""
        return Route(SESSION_PROBE, self.answer)

    async def answer(self, request: Request) -> Response:
        """Tell who asks whether they are signed in."""
        principal: Principal | None = request.scope[PRINCIPAL]
        headers = {"Cache-Control": "no-store"}
        if principal is None:
            return Response(status_code=401, headers=headers)
        return Response(status_code=204, headers={**headers, TAG: self._tag(principal)})

    def _tag(self, principal: Principal) -> str:
        text = f"session tag\n{principal.user_id}\n{principal.session}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:32]
