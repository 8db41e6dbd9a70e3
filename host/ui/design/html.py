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


def post_button(label: str, address: str, **fields: str) -> str:
    """Return a button that posts to `address`, as markup: for what a page must not do itself, such as signing out.

    Args:
        address: of a route of this app; the browser loads what it answers.
        fields: name → value, sent along.
    """
    hidden = "".join(raw("input", "", type="hidden", name=name, value=value) for name, value in fields.items())
    button = element("button", label, type="submit", class_="host-post")
    return raw("form", hidden + button, method="post", action=address, class_="host-post-form")


def show(markup: str) -> None:
    """Draw markup made by this module."""
    st.html(markup)
