"""Decides whether a reader may open a page: known, exposed, permitted, and no guard against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from host.contracts.principal import Principal
from host.contributions import Page, Verdict, Visit
from host.kernel.application import Application
from host.kernel.registry import Owned
from host.logs import get_logger, report_error

Refusal = Literal["missing", "denied", "guarded"]
MOST_REDIRECTS: Final = 5
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Admission:
    """The decision about a visit.

    Args:
        path: of the page that was asked for, or that a guard leads to.
        page: what may run, ``None`` when refused.
        reason: text key or plain text, from the guard that refused.
        redirected: whether a guard led elsewhere; the asked page's parameters don't hold there.
    """

    path: str
    page: Owned[Page] | None = None
    refusal: Refusal | None = None
    reason: str = ""
    redirected: bool = False


def admit(application: Application, principal: Principal, path: str, params: Mapping[str, str]) -> Admission:
    """Decide whether `principal` may open the page at `path`; a page that isn't exposed is as good as missing."""
    asked, raw, verdict = path, params, Verdict(allowed=False)
    for _ in range(MOST_REDIRECTS + 1):
        page = find(application, principal, path)
        if page is None:
            return Admission(path, refusal="missing", redirected=path != asked)
        if not principal.may(page.value.permission):
            wanted = page.value.permission or ""
            application.host.denials().note(principal, wanted, f"lacks {wanted}", page=path)
            return Admission(path, refusal="denied", redirected=path != asked)
        verdict = judge(application, Visit(page.value, raw, principal))
        if verdict.allowed:
            return Admission(path, page, redirected=path != asked)
        if verdict.redirect is None:
            break
        path, raw = verdict.redirect, {}
    return Admission(path, refusal="guarded", reason=verdict.reason, redirected=path != asked)


def find(application: Application, principal: Principal, path: str) -> Owned[Page] | None:
    """Return the page at `path` if there is one in the audience of which `principal` is."""
    page = application.pages.get(path)
    return page if page is not None and application.exposed(page.plugin, principal) else None


def judge(application: Application, visit: Visit) -> Verdict:
    """Ask every guard; the first that refuses decides, and one that raises refuses."""
    for owned in application.guards:
        try:
            verdict = owned.value.judge(visit)
        except (Exception, SystemExit) as error:
            report_error(_log, error, plugin=owned.plugin, guard=owned.value.name, page=visit.page.path)
            return Verdict(allowed=False, reason="host.refused.guard_failed")
        if not verdict.allowed:
            return verdict
    return Verdict(allowed=True)
