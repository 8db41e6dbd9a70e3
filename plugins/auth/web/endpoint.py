"""Makes an endpoint of a page: reads the form, runs the page in a thread, adds what every answer carries."""

from collections.abc import Awaitable, Callable
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from plugins.auth.web.form import read_form
from plugins.auth.web.visit import Visit
from plugins.auth.web.wish import wish_of

MOST_WAITING: Final = 64
"""Requests that may wait for a thread; further ones are told at once to come again."""
_AGAIN_S: Final = 5
Page = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(page: Page, threads: CapacityLimiter) -> Endpoint:
    """Return the endpoint of `page`.

    Args:
        threads: in which pages run, so that whoever floods them keeps only other sign-ins waiting. A body that
            arrives slowly holds none.
    """

    async def answer(request: Request) -> Response:
        form = await read_form(request) if request.method == "POST" else {}
        visit = Visit(request, form, wish_of(request, form))
        crowded = threads.statistics().tasks_waiting >= MOST_WAITING
        response = _crowded(visit) if crowded else await to_thread.run_sync(page, visit, limiter=threads)
        visit.wish.keep(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def _crowded(visit: Visit) -> Response:
    response = visit.page("message.html", message="crowded", button="again", onward=visit.here())
    response.status_code = 503
    response.headers["Retry-After"] = str(_AGAIN_S)
    return response
