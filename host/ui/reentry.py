"""Entering a page's code without the shell: in callbacks and fragment reruns the reader is judged again."""

from collections.abc import Iterator
from contextlib import contextmanager

from host.errors import HostError
from host.kernel.context import RunContext, current
from host.ui.admission import admit
from host.ui.places import Location, place
from host.ui.router import Router
from host.ui.run import NobodyError, OutsideGateError, enter_run


class NotAdmittedError(HostError):
    """The reader may not open the page any more whose code was to run."""

    user_message = "You may not open this page."


TURNED_AWAY = (NobodyError, NotAdmittedError, OutsideGateError)
"""What `enter_page` raises; the full run that follows draws what such a reader gets to see."""


@contextmanager
def enter_page(location: Location, page: str) -> Iterator[RunContext]:
    """Enter code of `page`; outside the shell's own run the reader must still be admitted to it.

    Args:
        page: path of the page, empty for code of the shell.

    Raises:
        NotAdmittedError: permission, exposure or a guard stands against it now.
        NobodyError: nobody is behind the handshake any more.
        OutsideGateError: the handshake lacks the gate's marker.
    """
    with enter_run(location, page=page) as context:
        if location != "script" and page:
            _require_admission(context, page)
        owner = context.application.pages.get(page)
        with enter_run(location, page=page, plugin=owner.plugin if owner is not None else None) as owned:
            yield owned


def page_here() -> str:
    """Return the path of the page whose code runs, empty outside of one."""
    here = place()
    return here.page if here is not None else ""


def _require_admission(context: RunContext, page: str) -> None:
    router = Router.from_address()
    params = router.params if router.current_page == page else {}
    admission = admit(context.application, context.principal, page, params)
    if admission.page is None or admission.path != page:
        raise NotAdmittedError(
            f"{current().principal.user_id} may not open {page}: {admission.refusal or 'redirected'}"
        )
