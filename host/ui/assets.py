"""The shell's own files for the browser: what they are, under which address, and the tags that load them."""

import hashlib
import mimetypes
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

FOLDER: Final = Path(__file__).parent / "design" / "files"
ADDRESS: Final = "/_host/ui/"
STYLES: Final = ("tokens.css", "shell.css", "parts.css")
SCRIPTS: Final = ("session.js", "shell.js")
_ALLOWED: Final = frozenset({".css", ".js", ".svg", ".woff2"})


def head() -> str:
    """Return the tags for the index page's head: loaded before the first paint, so that nothing shifts later."""
    links = [f'<link rel="stylesheet" href="{_address(name)}">' for name in STYLES]
    return "\n".join([*links, *(f'<script src="{_address(name)}"></script>' for name in SCRIPTS)])


def routes() -> list[BaseRoute]:
    """Return the route that serves the files; they hold no data and need nobody signed in."""
    return [Route(ADDRESS + "{name}", _serve, methods=["GET"])]


def icon() -> str:
    """Return the app's mark as SVG, for the browser's tab."""
    return (FOLDER / "mark.svg").read_text(encoding="utf-8")


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _names():
        raise HTTPException(404)
    content, tag = _content(name)
    cached = "public, max-age=31536000, immutable" if request.query_params.get("v") == tag else "no-cache"
    headers = {"Cache-Control": cached, "ETag": f'"{tag}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, media_type=media_type, headers=headers)


def _address(name: str) -> str:
    return escape(f".{ADDRESS}{name}?v={_content(name)[1]}")


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in _ALLOWED)


@cache
def _content(name: str) -> tuple[bytes, str]:
    content = (FOLDER / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]
