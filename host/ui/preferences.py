"""What a reader chose for this device: appearance and language; kept in the session and in two readable cookies."""

from collections.abc import Mapping
from typing import Final, Literal, cast, get_args

import streamlit as st

from host.config import AppConfig
from host.texts import AUTOMATIC, Texts, choose_language
from host.ui import keys

Theme = Literal["auto", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
THEME_COOKIE: Final = "theme"
LANGUAGE_COOKIE: Final = "language"


def theme(config: AppConfig) -> Theme:
    """Return the chosen appearance: this session's, else the device's, else the operator's."""
    for wanted in (st.session_state.get(keys.THEME), cookies().get(THEME_COOKIE), config.theme):
        if wanted in THEMES:
            return cast("Theme", wanted)
    return "auto"


def wanted_language(config: AppConfig, texts: Texts) -> str:
    """Return the chosen language or ``"auto"``: this session's, else the device's, else the operator's."""
    for wanted in (st.session_state.get(keys.LANGUAGE), cookies().get(LANGUAGE_COOKIE), config.language):
        if wanted == AUTOMATIC or wanted in texts.languages:
            return str(wanted)
    return AUTOMATIC


def language(config: AppConfig, texts: Texts) -> str:
    """Return the language to show."""
    return choose_language(wanted_language(config, texts), st.context.locale, texts.languages)


def cookies() -> Mapping[str, str]:
    """Return the cookies of the handshake; a choice made since then stands in the session."""
    return st.context.cookies
