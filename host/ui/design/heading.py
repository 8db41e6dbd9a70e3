"""The head of a page: what it is called, what it is for, what can be done on it."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from host.kernel.context import current
from host.ui.design.html import element, raw, show
from host.ui.text import text


@contextmanager
def page_header(title: str, subtitle: str = "") -> Iterator[None]:
    """Head the page; the buttons of the block stand to the right of the title, below it on a phone.

    Args:
        title: text key or plain text.
        subtitle: text key or plain text: one sentence on what the page is for.
    """
    path = current().page or "host"
    key = f"host-heading-{path}"
    with st.container(key=key, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        below = element("p", text(subtitle), class_="host-muted") if subtitle else ""
        show(raw("div", element("h1", text(title)) + below, class_="host-heading"))
        with st.container(key=f"host-actions-{path}", horizontal=True, width="content", gap="small"):
            yield


def plain_header(title: str, subtitle: str = "") -> None:
    """Head a page on which nothing is to be done."""
    below = element("p", text(subtitle), class_="host-muted") if subtitle else ""
    show(raw("div", element("h1", text(title)) + below, class_="host-heading"))
