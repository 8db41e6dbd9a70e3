"""The home page."""

from datetime import UTC, datetime

import streamlit as st

from host import Principal, Report, sections, text, visible_pages
from host.ui.design import badge, element, page_tiles, plain_header, raw, show
from plugins.home.greeting import greeting_key, local_hour


def home(report: Report, principal: Principal) -> None:
    """Greet the reader, offer every page that is open to them, say how the app is."""
    others = [link for link in visible_pages() if link.path != "home"]
    greeting = text(greeting_key(local_hour(datetime.now(UTC), st.context.timezone)), name=principal.name)
    plain_header(greeting, "home.subtitle" if others else "home.subtitle.alone")
    groups = sections(others)
    for number, (section, links) in enumerate(groups):
        if section or number:
            show(element("h2", section or text("home.other"), class_="host-section"))
        page_tiles(links, key=f"home-{number}")
    _state(len(report.failed()))


def _state(failed: int) -> None:
    kind = "degraded" if failed else "good"
    sign = badge(text(f"home.state.{kind}"), "attention" if failed else "good")
    sentence = element("span", text(f"home.state.{kind}.text", count=failed))
    show(raw("div", sign + sentence, class_="host-status-line"))
