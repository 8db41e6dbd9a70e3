"""The controls for appearance and language; the bar has them, and a page may have them too."""

import streamlit as st

from host.kernel.context import current
from host.texts import AUTOMATIC
from host.ui import keys, preferences
from host.ui.action import action
from host.ui.places import place
from host.ui.text import text, texts_of


def look_controls(prefix: str = "") -> None:
    """Draw both controls.

    Args:
        prefix: of the keys on a page, beginning with its path; empty for the bar, which keeps the choice.
    """
    application = current().application
    config, texts = application.config, texts_of(application)
    _control(prefix, keys.THEME, preferences.THEMES, preferences.theme(config))
    wanted = preferences.wanted_language(config, texts)
    _control(prefix, keys.LANGUAGE, (AUTOMATIC, *texts.languages), wanted)


def _control(prefix: str, kept: str, options: tuple[str, ...], chosen: str) -> None:
    own = f"{prefix}/{kept}" if prefix else kept
    if prefix:
        st.session_state[own] = chosen
    else:
        st.session_state.setdefault(own, chosen)
    st.segmented_control(
        text(f"host.preferences.{kept.rpartition('/')[2]}"),
        options,
        key=own,
        required=True,
        format_func=lambda option: _named(kept, option),
        on_change=action(_take_over) if prefix else "rerun",
        args=(own, kept) if prefix else None,
    )


def _named(kept: str, option: str) -> str:
    if kept == keys.THEME:
        return text(f"host.preferences.theme.{option}")
    if option == AUTOMATIC:
        return text("host.language.auto")
    return texts_of(current().application).lookup(option, "host.language.name")


def _take_over(own: str, kept: str) -> None:
    st.session_state[kept] = st.session_state[own]
    here = place()
    if here is not None:
        # The bar, the menu and the browser's look change with it.
        here.rerun = True
