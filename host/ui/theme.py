"""Both looks as the browser needs them to switch without a reload; their values stand in streamlit.toml."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal

import streamlit as st

Look = Literal["light", "dark"]
LOOKS: Final[tuple[Look, ...]] = ("light", "dark")
_RENAMED: Final = {"font": "bodyFont"}
_COLORS: Final = ("red", "orange", "yellow", "blue", "green", "violet", "gray")
_OPTIONS: Final = (
    "primaryColor",
    "backgroundColor",
    "secondaryBackgroundColor",
    "textColor",
    "linkColor",
    "linkUnderline",
    "borderColor",
    "codeTextColor",
    "codeBackgroundColor",
    "dataframeBorderColor",
    "dataframeHeaderBackgroundColor",
    "dataframeHeaderTextColor",
    "chartCategoricalColors",
    "chartSequentialColors",
    "chartDivergingColors",
    "showWidgetBorder",
    "font",
    "headingFont",
    "headingFontSizes",
    "headingFontWeights",
    "codeFont",
    "codeFontSize",
    "codeFontWeight",
    "baseRadius",
    "buttonRadius",
    "paddingTop",
    "paddingBottom",
    *(f"{color}{part}" for color in _COLORS for part in ("Color", "BackgroundColor", "TextColor")),
)
_WHOLE_APP: Final = (
    "baseFontSize",
    "baseFontWeight",
    "metricValueFontSize",
    "metricValueFontWeight",
    "showSidebarBorder",
)


@cache
def looks() -> Mapping[Look, Mapping[str, Any]]:
    """Return both looks, each complete, by the names of Streamlit's theme message."""
    return {look: _look(look) for look in LOOKS}


def _look(look: Look) -> dict[str, Any]:
    whole = _read("theme", _WHOLE_APP)
    sidebar = _read("theme.sidebar", _OPTIONS) | _read(f"theme.{look}.sidebar", _OPTIONS)
    own = _read("theme", _OPTIONS) | _read(f"theme.{look}", _OPTIONS)
    return {"base": LOOKS.index(look), **whole, **own, "sidebar": sidebar}


def _read(section: str, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: st.get_option(f"{section}.{name}") for name in names}
    return {_RENAMED.get(name, name): value for name, value in found.items() if value is not None}
