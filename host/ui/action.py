"""`action`: widget callbacks, which Streamlit calls before the script, enter through the same door as the script."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

import streamlit as st

from host.kernel.context import authorize
from host.ui.boundary import CAUGHT, note, user_text
from host.ui.design.markdown import literal
from host.ui.places import place
from host.ui.reentry import TURNED_AWAY, enter_page, page_here
from host.ui.router import Router
from host.ui.text import text

P = ParamSpec("P")


def action(function: Callable[P, Any], *, permission: str | None = None) -> Callable[P, None]:
    """Return `function` as a widget callback: ``st.button("Save", on_click=action(save))``.

    It runs for the page that draws the widget, and not at all once the reader may not open that page. An error is
    logged and shown as a short message; the page goes on.

    Args:
        permission: needed besides the page's own.
    """
    drawn_on = page_here()

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with enter_page("action", drawn_on or Router.from_address().current_page):
                _act(functools.partial(function, *args, **kwargs), permission)
                rerun = _wants_rerun()
        except TURNED_AWAY:
            rerun = True
        if rerun:
            st.rerun()

    return run


def _act(function: Callable[[], Any], permission: str | None) -> None:
    try:
        if permission is not None:
            authorize(permission)
        function()
    except CAUGHT as error:
        st.toast(text("host.error.action", text=literal(user_text(error)), id=note(error)), icon=":material/error:")


def _wants_rerun() -> bool:
    here = place()
    return here is not None and here.rerun
