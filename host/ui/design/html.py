"""Small pieces of HTML that Streamlit has no element for; every value is escaped here."""

from html import escape

import streamlit as st


def element(tag: str, content: str = "", /, **attributes: str) -> str:
    """Return an element with escaped text; ``class_`` stands for ``class``, ``_`` in a name for ``-``."""
    return raw(tag, escape(content), **attributes)


def raw(tag: str, inner: str, /, **attributes: str) -> str:
    """Return an element around markup that is escaped already."""
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value, quote=True)}"'
        for name, value in attributes.items()
        if value
    )
    return f"<{tag}{named}>{inner}</{tag}>"


def show(markup: str) -> None:
    """Draw markup made by this module."""
    st.html(markup)
