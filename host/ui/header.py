"""The bar above every page: where the reader is, appearance, language, account."""

from collections.abc import Iterable

import streamlit as st

from host.contributions import Page
from host.kernel.context import RunContext
from host.kernel.registry import Owned
from host.texts import AUTOMATIC
from host.ui import account, keys, preferences
from host.ui.design.html import element, raw, show
from host.ui.text import text, texts_of


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
                _preferences(context)
            account.menu(context, pages)


def _preferences(context: RunContext) -> None:
    config, texts = context.application.config, texts_of(context.application)
    st.session_state.setdefault(keys.THEME, preferences.theme(config))
    st.segmented_control(
        text("host.preferences.theme"),
        preferences.THEMES,
        key=keys.THEME,
        required=True,
        format_func=lambda theme: text(f"host.preferences.theme.{theme}"),
    )
    st.session_state.setdefault(keys.LANGUAGE, preferences.wanted_language(config, texts))
    st.segmented_control(
        text("host.preferences.language"),
        [AUTOMATIC, *texts.languages],
        key=keys.LANGUAGE,
        required=True,
        format_func=lambda tag: (
            texts.lookup(tag, "host.language.name") if tag != AUTOMATIC else text("host.language.auto")
        ),
    )
