"""Links that somebody hands over: made, kept to be shown once, with the address under which the reader sees the app."""

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from host import text
from plugins.auth.pages.outcome import keep_secret
from plugins.auth.pages.parts import moment
from plugins.auth.services.links import Links


def keep_link(links: Links, user_id: str, name: str, page: str) -> Callable[[], None]:
    """Return what makes a link for a new password and keeps it for `page` to show.

    Args:
        name: of the person it is for.
    """

    def make() -> None:
        made = links.make_reset(user_id)
        words = text("auth.page.link.copy", name=name, when=moment(made.expires_at))
        keep_secret(page, words, f"{_origin()}{made.path}")

    return make


def _origin() -> str:
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}"
