"""One request to a page: what was typed, by whom, in which language, and what it is answered with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from host import Credentials, PermissionDeniedError, Principal, current
from host.ui.text import texts_of
from host.web.identity import CREDENTIALS, PRINCIPAL
from host.web.landing import HOME
from plugins.auth.values import Refused
from plugins.auth.web import places, rendering
from plugins.auth.web.faults import Fault, told_to_programs
from plugins.auth.web.wish import Wish

_PREFIX: Final = "auth.web."


@dataclass(frozen=True)
class Visit:
    """What a page gets to work with.

    Args:
        form: what was posted.
        wish: language and look that the reader chose.
    """

    request: Request
    form: Mapping[str, str] = field(default_factory=dict)
    wish: Wish = field(default_factory=Wish)

    @property
    def submitted(self) -> bool:
        """Whether the form was sent to be acted on, not to be shown in another language."""
        return self.request.method == "POST" and "lang" not in self.form

    @property
    def principal(self) -> Principal | None:
        """Who is signed in, if anybody."""
        found: Principal | None = self.request.scope[PRINCIPAL]
        return found if found is not None and found.user_id else None

    @property
    def signed_in(self) -> Principal:
        """Who is signed in, on a page of their own.

        Raises:
            PermissionDeniedError: nobody is, or somebody else looks on as them.
        """
        found = self.principal
        if found is None or found.viewed_by:
            raise PermissionDeniedError("this page is for the person themselves")
        return found

    @property
    def app_title(self) -> str:
        """The app's name."""
        return current().application.config.title

    @property
    def credentials(self) -> Credentials:
        """What the request brought along; its session cookie is shown to nobody but this plugin."""
        found: Credentials = self.request.scope[CREDENTIALS]
        return found

    @property
    def language(self) -> str:
        """The page's language."""
        return self.wish.language

    @property
    def look(self) -> str:
        """``light`` or ``dark`` if one was chosen; empty follows the system."""
        return self.wish.look

    @property
    def next(self) -> str:
        """Where to go once signed in."""
        return places.onward(self.form.get("next") or self.request.query_params.get("next", HOME))

    def typed(self, name: str) -> str:
        """Return what was typed into an input; characters that no database takes are shown as such."""
        return self.form.get(name, "").replace("\0", "\ufffd")

    def t(self, key: str, **fields: Any) -> str:
        """Return a text of these pages."""
        return self.text(_PREFIX + key, **fields)

    def text(self, key: str, **fields: Any) -> str:
        """Return any text of the app in the page's language."""
        return self.text_in(self.language, key, **fields)

    @staticmethod
    def text_in(language: str, key: str, **fields: Any) -> str:
        """Return any text of the app."""
        return texts_of(current().application).lookup(language, key, **fields)

    def link(self, place: str) -> str:
        """Return the address of another of these pages, which keeps where to go in the end."""
        return self._address(places.BASE + place, {})

    def here(self, **query: str) -> str:
        """Return this page's address with `query` instead of the present one."""
        return self._address(self.request.url.path, query)

    def in_language(self, tag: str) -> str:
        """Return this very address in another language."""
        return self._address(self.request.url.path, {**self.request.query_params, "lang": tag})

    def page(
        self, template: str, faults: Iterable[Fault] = (), *, refused: Refused | None = None, **values: Any
    ) -> Response:
        """Return a page.

        Args:
            faults: what is wrong with the form; what was typed, but passwords, stays in it.
            refused: the service's answer that led to them.
            values: what else the template uses.
        """
        found = list(faults)
        status, headers = told_to_programs(refused) if found else (200, {})
        body = rendering.render(self, template, faults=found, **values)
        return HTMLResponse(body, status, {"Content-Language": self.language, **headers})

    def to(self, place: str, **query: str) -> Response:
        """Lead on to another of these pages, which keeps where to go in the end."""
        return RedirectResponse(self._address(places.BASE + place, query), 303)

    def onward(self) -> Response:
        """Lead on to where the reader wanted to go."""
        return RedirectResponse(self.next, 303)

    def _address(self, path: str, query: dict[str, str]) -> str:
        kept = {name: value for name, value in query.items() if name != "next"}
        kept |= {"next": self.next} if self.next != HOME else {}
        return f"{path}?{urlencode(kept)}" if kept else path
