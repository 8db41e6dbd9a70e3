"""What a refused request gets to see: a small page of our own without internals, or plain JSON for programs."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from host.texts import FALLBACK_LANGUAGE, Texts, load_catalogues
from host.web import scope as scopes

RETRY_AFTER_S: Final = 10
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request isn't answered.

    Args:
        status: the HTTP status.
        code: stable name of the reason, key of its texts, shown to operators.
        reason: for the log only.
        location: where the browser shall go instead.
    """

    status: int
    code: str
    reason: str = ""
    location: str = ""


@cache
def _texts() -> Texts:
    return Texts(load_catalogues(_FOLDER / "texts"))


@cache
def _template() -> str:
    return (_FOLDER / "refusal.html").read_text(encoding="utf-8")


def preferred_language(accept_language: str) -> str:
    """Return the first language of an ``Accept-Language`` header that there are texts for."""
    weighted = []
    for position, part in enumerate(accept_language.split(",")):
        name, _, quality = part.strip().partition(";q=")
        try:
            weighted.append((-float(quality or 1), position, name.strip().lower()[:2]))
        except ValueError:
            continue
    known = [name for _, _, name in sorted(weighted) if name in _texts().languages]
    return known[0] if known else FALLBACK_LANGUAGE


def _page(refusal: Refusal, title: str, request_id: str, language: str) -> str:
    fields = {
        "language": language,
        "title": title,
        "heading": _texts().lookup(language, f"host.web.{refusal.code}.heading"),
        "message": _message(refusal, language),
        "again": _texts().lookup(language, "host.web.again"),
        "reference": _texts().lookup(language, "host.web.reference", code=refusal.code, request=request_id),
    }
    page = _template()
    for name, value in fields.items():
        page = page.replace(f"%{name}%", html.escape(value))
    return page


def _message(refusal: Refusal, language: str) -> str:
    return _texts().lookup(language, f"host.web.{refusal.code}.message")


def render(refusal: Refusal, scope: Mapping[str, Any], title: str, request_id: str) -> tuple[dict[str, str], bytes]:
    """Return headers and body that say no.

    Args:
        refusal: what is refused.
        scope: the request, for its ``Accept`` and ``Accept-Language``.
        title: the app's name.
        request_id: leads operators to the log line.
    """
    common = {"Cache-Control": "no-store"} | (
        {"Retry-After": str(RETRY_AFTER_S)} if refusal.status in {429, 503} else {}
    )
    if refusal.location:
        return common | {"Location": refusal.location}, b""
    language = preferred_language(",".join(scopes.values(scope, "accept-language")))
    if "text/html" in ",".join(scopes.values(scope, "accept")):
        body = _page(refusal, title, request_id, language).encode()
        return common | {"Content-Type": "text/html; charset=utf-8", "Content-Language": language}, body
    detail = _message(refusal, language)
    problem = {"status": refusal.status, "code": refusal.code, "detail": detail, "request_id": request_id}
    return common | {"Content-Type": "application/problem+json"}, json.dumps(problem).encode()
