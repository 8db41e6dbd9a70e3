"""The page behind a link that leads nowhere any more."""

from typing import Final, Literal

from starlette.responses import Response

from plugins.auth.web import places
from plugins.auth.web.visit import Visit

Gone = Literal["gone", "gone_setup", "closed"]
"""Which text explains it."""
_STATUS: Final = 410


def gone(visit: Visit, why: Gone) -> Response:
    """Return the page."""
    onward = visit.link(places.SIGN_IN)
    response = visit.page("message.html", message=why, button="to_sign_in", onward=onward)
    response.status_code = _STATUS
    return response
