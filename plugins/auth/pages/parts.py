"""What the pages share: moments, lists that follow the address, small pieces of markup."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from host import action, current, navigate, text
from host.ui.design import element, raw, show
from plugins.auth.user_agents import browser_and_system
from plugins.auth.values import SessionInfo

_SHAPES: Final = {"de": "%d.%m.%Y, %H:%M", "en": "%Y-%m-%d %H:%M"}
DAYS: Final = {"de": "DD.MM.YYYY", "en": "YYYY-MM-DD"}
"""Language → how `st.date_input` writes a day."""
ROWS: Final = 25


def moment(value: datetime) -> str:
    """Return a moment in the reader's time zone, as their language writes it."""
    return value.astimezone(zone()).strftime(_SHAPES.get(current().language, _SHAPES["en"]))


def zone() -> ZoneInfo:
    """Return the browser's time zone, UTC where it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def seen(value: datetime | None) -> str:
    """Return when somebody was last there, in words where it is recent."""
    if value is None:
        return text("auth.page.seen.never")
    minutes = int((datetime.now(UTC) - value).total_seconds() // 60)
    if minutes < 2:
        return text("auth.page.seen.now")
    return text("auth.page.seen.minutes", count=minutes) if minutes < 60 else moment(value)


def device(session: SessionInfo) -> str:
    """Return in words on what somebody is signed in."""
    browser, system = browser_and_system(session.user_agent)
    if browser and system:
        return text("auth.page.device", browser=browser, system=system)
    return browser or system or text("auth.page.device.unknown")


def role_title(name: str, titles: Mapping[str, str]) -> str:
    """Return a role as people read it."""
    return text(titles.get(name, name)) or name


def hint(words: str) -> None:
    """Draw a quiet line; what people wrote in it is shown as written."""
    show(element("p", words, class_="host-muted"))


def titled(name: str, *badges: str, level: str = "h2") -> str:
    """Return a heading with badges beside it, as markup."""
    return raw("div", element(level, name, class_="host-card-title") + "".join(badges), class_="host-titled")


def facts(rows: Mapping[str, str]) -> None:
    """Draw label and value side by side; empty values are left out."""
    listed = "".join(element("dt", label) + element("dd", value) for label, value in rows.items() if value)
    if listed:
        show(raw("dl", listed, class_="host-facts"))


def search(path: str, params: Any, label: str) -> None:
    """Draw a search field that stands in the address as ``q``."""
    key = f"{path}/q"
    # The address decides: going back brings the former search into the field.
    st.session_state[key] = params.q
    st.text_input(label, key=key, icon=":material/search:", max_chars=100, on_change=action(_find), args=(path, key))


def _find(path: str, key: str) -> None:
    navigate(path, {"q": st.session_state[key] or None})


def pager(path: str, params: Any, total: int, size: int) -> None:
    """Draw the numbers of a list's pages where there are several."""
    pages = max(1, -(-total // size))
    if pages > 1:
        key = f"{path}/part"
        st.session_state[key] = min(max(1, params.part), pages)
        st.pagination(pages, key=key, on_change=action(_turn), args=(path, key, params.q))


def _turn(path: str, key: str, q: str) -> None:
    navigate(path, {"q": q or None, "part": st.session_state[key]})


def line(key: str) -> st.delta_generator.DeltaGenerator:
    """Return a row: what it says on the left, its button on the right."""
    return st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"{key}/line"
    )
