"""Who is signed in: the account menu in the bar, and the banner while somebody looks at the app as somebody else."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st

from host.contributions import Page, Route
from host.kernel.context import RunContext
from host.kernel.registry import Owned
from host.ui.design.html import element, post_button, raw, show
from host.ui.design.markdown import literal
from host.ui.router import navigate
from host.ui.text import text
from host.ui.visible import links


def menu(context: RunContext, pages: Iterable[Owned[Page]]) -> None:
    """Draw the account menu; an app without sign-in offers nothing for it, so it has none.

    Args:
        pages: those that the reader may see.
    """
    own = links(owned for owned in pages if owned.value.account)
    posts = _offered(context, "account")
    if not own and not posts:
        return
    name = context.principal.name
    with st.popover(literal(name), icon=":material/account_circle:", type="tertiary", key="host-account"):
        show(element("p", text("host.account.signed_in", name=name), class_="host-muted host-account"))
        for link in own:
            st.button(
                link.title,
                key=f"host-account/{link.path}",
                icon=link.icon,
                type="tertiary",
                width="stretch",
                on_click=navigate,
                args=(link.path,),
            )
        for owned in posts:
            show(post_button(text(owned.value.title), _address(owned)))


def banner(context: RunContext) -> None:
    """Say on every page through whose eyes the app is seen, and how that ends; nothing for everybody else."""
    with st.container(key="host-viewing", gap=None):
        if context.principal.viewed_by:
            words = element("p", text("host.viewing", name=context.principal.name), role="status")
            ends = [post_button(text(owned.value.title), _address(owned)) for owned in _offered(context, "viewing")]
            show(raw("div", words + "".join(ends), class_="host-viewing"))


def _offered(context: RunContext, place: Literal["account", "viewing"]) -> list[Owned[Route]]:
    found = [owned for owned in context.application.routes if owned.value.offered == place]
    return [owned for owned in found if owned.value.public or context.principal.may(owned.value.permission)]


def _address(owned: Owned[Route]) -> str:
    return f"./x/{owned.plugin}{owned.value.path}"
