"""Cards: a framed part of a page, an empty state, and the card that stands in for what failed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from host.ui.design.html import element, raw, show


@contextmanager
def card(title: str = "", subtitle: str = "", *, key: str) -> Iterator[None]:
    """Frame the elements of the block.

    Args:
        title: a heading below the page's own, left out when empty.
        key: unique on the page; begins with the page's path.
    """
    with st.container(key=f"host-card-{key}", gap="small"):
        if title:
            show(element("h2", title, class_="host-card-title"))
        if subtitle:
            show(element("p", subtitle, class_="host-muted"))
        yield


@contextmanager
def empty_state(title: str, description: str = "", *, icon: str = ":material/inbox:", key: str) -> Iterator[None]:
    """Say calmly that there is nothing, and what can be done; put the buttons into the block."""
    with st.container(key=f"host-empty-{key}", horizontal_alignment="center", gap="small"):
        st.markdown(icon)
        show(element("h2", title) + (element("p", description, class_="host-muted") if description else ""))
        yield


@contextmanager
def problem(title: str, description: str, *, key: str, facts: Mapping[str, str] | None = None) -> Iterator[None]:
    """Stand in for something that failed; put the buttons into the block.

    Args:
        facts: label → value, such as an error id; empty values are left out.
    """
    with st.container(key=f"host-problem-{key}", gap="small"):
        rows = "".join(element("dt", label) + element("dd", value) for label, value in (facts or {}).items() if value)
        listed = raw("dl", rows, class_="host-facts") if rows else ""
        show(raw("div", element("h2", title) + element("p", description) + listed, role="alert"))
        yield
