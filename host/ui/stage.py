"""The stage: a slot for each page in a fixed order, so that a switch leaves no ghosts and moves nothing."""

from collections.abc import Callable, Sequence

import streamlit as st

from host.contributions import Page
from host.kernel.registry import Owned
from host.ui import history, page
from host.ui.admission import Admission
from host.ui.fragment import enclose
from host.ui.reentry import enter_page
from host.ui.router import Router


def draw(pages: Sequence[Owned[Page]], admission: Admission, refused: Callable[[Admission], None]) -> None:
    """Draw what the reader gets to see.

    Args:
        pages: every page that the reader may see, in the same order in every run.
        refused: draws the card for a visit that isn't admitted.
    """
    with st.container(key="host-stage", gap=None):
        elsewhere = st.empty()
        slots = {owned.value.path: st.empty() for owned in pages}
        with slots.get(admission.path, elsewhere).container():
            if admission.page is None:
                refused(admission)
            else:
                _page(admission.page, redirected=admission.redirected, asked=Router.from_address().current_page)


def _page(owned: Owned[Page], *, redirected: bool, asked: str) -> None:
    """Draw a page, usually as a fragment of its own: a click on it reruns nothing else.

    Args:
        asked: the page in the address when the shell drew; once the address names another, the shell must draw.
    """

    def host_page() -> None:
        _follow(asked)
        page.run(owned, {} if redirected else Router.from_address().query)
        _follow(asked)

    if owned.value.fragment:
        enclose(host_page, owned.value.path, like=host_page)
    else:
        with enter_page("script", owned.value.path):
            host_page()


def _follow(asked: str) -> None:
    """Keep up with the address."""
    router = Router.from_address()
    if router.current_page != asked:
        st.rerun(scope="app")
    history.follow(router.current_page, router.query)
