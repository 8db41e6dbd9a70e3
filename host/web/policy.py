"""Which paths exist at all and who may ask for them; closed by default, so an unknown path is answered 404."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Access(Enum):
    """What a path asks of the caller."""

    PUBLIC = "public"
    """Answered to anybody who names the host: frontend assets that hold no data."""
    PROBE = "probe"
    """Answered also under a foreign host name and while the app is closed: liveness, readiness, health."""
    OPEN = "open"
    """Answered to anybody while the app is open, with the principal if there is one: public routes of plugins."""
    SIGNED_IN = "signed in"
    """Needs a principal."""


@dataclass(frozen=True, slots=True)
class PathRule:
    """A pattern of paths, the methods it answers, and what it asks of the caller."""

    pattern: re.Pattern[str]
    access: Access
    methods: frozenset[str]


def _rule(pattern: str, access: Access, methods: str) -> PathRule:
    return PathRule(re.compile(pattern), access, frozenset(methods.split()))


INDEX: Final = "/"
STREAM: Final = "/_stcore/stream"
REPORTS: Final = "/csp-report"
ASSETS: Final = "/static/"
PLUGINS: Final = "/x/"
SESSION_PROBE: Final = "/_host/session"
FILES: Final = "/files/"
MEDIA: Final = "/media/"
SEGMENT: Final = r"[^/]+"

RULES: Final = (
    _rule(r"/(livez|readyz|healthz)", Access.PROBE, "GET HEAD"),
    _rule(r"/_stcore/health", Access.PUBLIC, "GET HEAD"),
    _rule(r"/_stcore/host-config", Access.PUBLIC, "GET HEAD"),
    _rule(r"/favicon\.png", Access.PUBLIC, "GET HEAD"),
    _rule(rf"{ASSETS}.+", Access.PUBLIC, "GET HEAD"),
    _rule(rf"/_host/ui/{SEGMENT}", Access.PUBLIC, "GET HEAD"),
    _rule(REPORTS, Access.PUBLIC, "POST"),
    _rule(SESSION_PROBE, Access.OPEN, "GET HEAD"),
    _rule(INDEX, Access.SIGNED_IN, "GET HEAD"),
    _rule(rf"/_stcore/upload_file/{SEGMENT}/{SEGMENT}", Access.SIGNED_IN, "PUT DELETE"),
    _rule(r"/_stcore/bidi-components/.+", Access.SIGNED_IN, "GET HEAD"),
    _rule(r"/component/.+", Access.SIGNED_IN, "GET HEAD"),
    _rule(rf"{MEDIA}.+", Access.SIGNED_IN, "GET HEAD"),
    _rule(rf"{FILES}{SEGMENT}", Access.SIGNED_IN, "GET HEAD"),
    _rule(rf"{PLUGINS}{SEGMENT}/.*", Access.SIGNED_IN, "GET HEAD POST PUT PATCH DELETE"),
)


def access(method: str, path: str) -> Access | None:
    """Return what an HTTP request asks of the caller, or ``None`` when there is no such thing here."""
    for rule in RULES:
        if method in rule.methods and rule.pattern.fullmatch(path):
            return rule.access
    return None
