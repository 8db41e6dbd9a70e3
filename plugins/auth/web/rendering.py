"""Fills templates; everything put into one is escaped."""

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from plugins.auth.web import places
from plugins.auth.web.wish import languages

if TYPE_CHECKING:
    from plugins.auth.web.visit import Visit

_FOLDER: Final = Path(__file__).parent


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(visit: "Visit", template: str, **values: Any) -> str:
    """Return a page.

    Args:
        values: what the template uses besides ``visit``, ``t`` (a text by its key) and ``at`` (an address of a page).
    """
    common = {
        "visit": visit,
        "t": visit.t,
        "app_title": visit.app_title,
        "languages": [(tag, visit.text_in(tag, "host.language.name")) for tag in languages()],
        "styles": f"{places.BASE}{places.STYLES}?v={_styles()[1]}",
    }
    return _templates().get_template(template).render(common | values)


async def serve_styles(request: Request) -> Response:
    """Answer with the pages' style sheet."""
    content, tag = _styles()
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == tag else "no-cache"
    return Response(content, media_type="text/css", headers={"Cache-Control": kept, "ETag": f'"{tag}"'})


@cache
def _styles() -> tuple[bytes, str]:
    content = (_FOLDER / "files" / "pages.css").read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]
