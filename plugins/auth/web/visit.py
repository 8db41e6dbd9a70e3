"""One visit to a page: the request, and every way to answer it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from host.web.landing import HOME
from plugins.auth.values import Refused
from plugins.auth.web import places, rendering
from plugins.auth.web.arrival import Arrival
from plugins.auth.web.faults import Fault, told_to_programs


@dataclass(frozen=True)
class Visit(Arrival):
    """What a page gets to work with."""

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
