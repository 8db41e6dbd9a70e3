"""The menu: sections and pages in the sidebar; on a phone Streamlit folds it away."""

from collections.abc import Sequence

import streamlit as st

from host.ui.design.html import element, raw, show
from host.ui.router import navigate
from host.ui.visible import PageLink, sections


def draw(title: str, links: Sequence[PageLink], current_page: str) -> None:
    """Draw the app's name and one button a page, the current one marked."""
    with st.sidebar, st.container(key="host-menu", gap="xxsmall"):
        mark = element("span", class_="host-mark", aria_hidden="true")
        show(raw("div", mark + element("span", title, class_="host-brand-name"), class_="host-brand"))
        for section, pages in sections(links):
            if section:
                show(element("p", section, class_="host-menu-section"))
            for link in pages:
                _entry(link, current=link.path == current_page)


def _entry(link: PageLink, *, current: bool) -> None:
    st.button(
        link.title,
        key=f"host-menu/{link.path}",
        icon=link.icon,
        type="secondary" if current else "tertiary",
        width="stretch",
        on_click=navigate,
        args=(link.path,),
    )
