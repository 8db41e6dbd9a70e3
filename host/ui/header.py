"""The bar above every page: where the reader is, appearance, language, account."""

from collections.abc import Iterable

import streamlit as st

from host.contributions import Page
from host.kernel.context import RunContext
from host.kernel.registry import Owned
from host.ui import account
from host.ui.design.html import element, raw, show
from host.ui.look_controls import look_controls
from host.ui.text import text


def draw(context: RunContext, pages: Iterable[Owned[Page]], section: str, title: str) -> None:
    """Draw the bar.

    Args:
        pages: those that the reader may see.
        section: of the menu, empty for none.
        title: of the page.
    """
    with st.container(key="host-bar", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        trail = [each for each in (section, title) if each]
        parts = [element("span", each) for each in trail]
        show(raw("div", element("span", "›", aria_hidden="true").join(parts), class_="host-trail"))
        with st.container(key="host-tools", horizontal=True, width="content", gap="xsmall"):
            with st.popover(
                text("host.preferences.label"), icon=":material/tune:", type="tertiary", key="host-preferences"
            ):
                look_controls()
            account.menu(context, pages)
