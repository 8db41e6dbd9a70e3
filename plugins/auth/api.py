"""What other plugins may use of sign-in: let somebody in whom their own way of signing in has proven."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from host import AppConfig, Credentials, PermissionDeniedError
from host.web.device import fingerprint, known_device
from host.web.identity import PRINCIPAL
from plugins.auth.services.sign_in import SignIn
from plugins.auth.values import Done, NeedsCode, Refused
from plugins.auth.web import cookies, places


class NotLetInError(PermissionDeniedError):
    """The person is unknown here or disabled."""


class SignInApi:
    """Begins sessions for ways to sign in that other plugins contribute."""

    def __init__(self, sign_in: SignIn, config: AppConfig) -> None:
        self._sign_in = sign_in
        self._tls = config.server.behind_tls

    def let_in(
        self,
        request: Request,
        user_id: str,
        method: str,
        *,
        both_factors: bool = False,
        remember: bool = False,
        onward: str = "/",
    ) -> Response:
        """Return the answer that signs the sender of `request` in and leads on.

        Args:
            request: of a public route of the plugin, after it has proven who sends it.
            user_id: whom it has proven.
            method: the `SignInMethod.name`.
            both_factors: whether that way proved two factors by itself; otherwise who has an authenticator is asked
                for its code.
            remember: whether the session outlives the browser's window.
            onward: path within the app to lead to; anything else leads to the start page.

        Raises:
            NotLetInError: there is no such person, or they are disabled.
        """
        answer = self._sign_in.proven(
            user_id, method, _credentials(request), both_factors=both_factors, remember=remember
        )
        if isinstance(answer, Refused):
            raise NotLetInError(f"{method}: {user_id!r} may not sign in", remedy="Look at it: app users show LOGIN")
        before = request.scope[PRINCIPAL]
        if before is not None and before.session:
            self._sign_in.out(before.session)
        target = places.onward(onward) if isinstance(answer, Done) else _step(answer)
        response = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
        cookies.keep(response, answer.begun, tls=self._tls)
        return response


def _step(answer: object) -> str:
    return places.BASE + (places.CODE if isinstance(answer, NeedsCode) else places.NEW_PASSWORD)


def _credentials(request: Request) -> Credentials:
    client = request.client.host if request.client else None
    agent = request.headers.get("user-agent", "")
    return Credentials({}, client=client, user_agent=agent, device=fingerprint(known_device(request.cookies)))
