"""The bar above every page: where the reader is, appearance, language."""

import streamlit as st

from host.kernel.context import RunContext
from host.texts import AUTOMATIC
from host.ui import keys, preferences
from host.ui.design.html import element, raw, show
from host.ui.text import text, texts_of


def draw(context: RunContext, section: str, title: str) -> None:
    """Draw the bar.

    Args:
        section: of the menu, empty for none.
        title: of the page.
    """
    with st.container(key="host-bar", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        trail = [each for each in (section, title) if each]
        parts = [element("span", each) for each in trail]
        show(raw("div", element("span", "›", aria_hidden="true").join(parts), class_="host-trail"))
        with st.popover(
            text("host.preferences.label"), icon=":material/tune:", type="tertiary", key="host-preferences"
        ):
            _preferences(context)


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
