"""The shell: what every run draws around the page, in one order."""

from typing import Final

import streamlit as st

from host.kernel.context import RunContext, current
from host.ui import account, header, history, keys, menu, notices, stage, state
from host.ui.admission import Admission, admit
from host.ui.assets import icon
from host.ui.fragment import enclose
from host.ui.router import Router
from host.ui.run import NobodyError, OutsideGateError, enter_run
from host.ui.text import text
from host.ui.visible import PageLink, in_menu, links, visible

HEARTBEAT_S: Final = 10.0
"""Seconds between looks for a changed menu; while it beats, a reconnected browser asks for a run at once."""


def run() -> None:
    """Draw the app for this session; the one call of the script that Streamlit runs."""
    try:
        with enter_run("script") as context:
            _draw(context)
    except (OutsideGateError, NobodyError) as error:
        # Nobody is known here, so neither is a language.
        st.text(error.user_message)


def _draw(context: RunContext) -> None:
    router = Router.from_address()
    pages = visible(context)
    listed = links(in_menu(pages))
    path = router.current_page or (listed[0].path if listed else "")
    admission = admit(context.application, context.principal, path, router.params)
    here = links([admission.page])[0] if admission.page is not None else None
    title = here.title if here is not None else text(_refusal_title(admission, listed))
    app_title = context.application.config.title
    st.set_page_config(page_title=f"{title} · {app_title}", page_icon=icon(), layout="wide")
    history.follow(router.current_page, router.query)
    menu.draw(app_title, listed, admission.path)
    header.draw(context, pages, here.section if here is not None else "", title)
    account.banner(context)
    notices.failed_plugins(context)
    stage.draw(pages, admission, lambda refused: notices.refused(refused, listed))
    state.draw(context, admission.path, title)
    _heartbeat(pages_now=_fingerprint(listed))


def _refusal_title(admission: Admission, listed: list[PageLink]) -> str:
    return f"host.refused.{admission.refusal}.title" if listed else "host.empty.title"


def _heartbeat(pages_now: str) -> None:
    st.session_state[keys.DRAWN] = pages_now

    def host_heartbeat() -> None:
        if _fingerprint(links(in_menu(visible(current())))) != st.session_state.get(keys.DRAWN):
            st.rerun(scope="app")

    with st.container(key="host-heartbeat"):
        enclose(host_heartbeat, "", like=host_heartbeat, every=HEARTBEAT_S)


def _fingerprint(listed: list[PageLink]) -> str:
    return "\n".join(f"{link.path} {link.title}" for link in listed)
