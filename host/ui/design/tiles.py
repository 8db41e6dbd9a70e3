"""Tiles: pages offered as cards, each one large target."""

from collections.abc import Sequence

import streamlit as st

from host.ui.design.html import element, show
from host.ui.router import navigate
from host.ui.visible import PageLink


def page_tiles(links: Sequence[PageLink], *, key: str) -> None:
    """Draw one tile a page.

    Args:
        key: unique on the page.
    """
    with st.container(key=f"host-tiles-{key}"):
        for link in links:
            with st.container(key=f"host-tile-{link.path}"):
                name = f"{key}/tile/{link.path}"
                st.button(link.title, key=name, icon=link.icon, type="tertiary", on_click=navigate, args=(link.path,))
                if link.summary:
                    show(element("p", link.summary, class_="host-muted"))
