"""What the browser must know of the run: page, appearance, language; read by the shell's own script."""

import json

import streamlit as st

from host.kernel.context import RunContext
from host.ui import preferences
from host.ui.design.html import element, raw, show
from host.ui.text import text, texts_of
from host.ui.theme import looks


def draw(context: RunContext, page: str, title: str) -> None:
    """Draw the invisible note; the title in it is read aloud by screen readers when it changes.

    Args:
        page: path of the page that is shown.
        title: its title.
    """
    application = context.application
    with st.container(key="host-state"):
        show(element("div", id="host-looks", data_looks=json.dumps(looks(), separators=(",", ":"))))
        show(
            raw(
                "div",
                element("span", title, role="status"),
                id="host-note",
                data_page=page,
                data_theme=preferences.theme(application.config),
                data_usual_theme=application.config.theme,
                data_language=context.language,
                data_usual_language=application.config.language,
                data_wanted_language=preferences.wanted_language(application.config, texts_of(application)),
                data_menu_label=text("host.menu.label"),
            )
        )
