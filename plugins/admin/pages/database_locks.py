"""Connections in use in every process, and who waits for whose lock."""

from typing import Final

import streamlit as st

from host import text
from host.data.monitor.locks import Blocked
from host.data.monitor.readings import PoolReading
from host.ui.design import badge, card, element, raw, show
from plugins.admin.database import DatabaseWindow
from plugins.admin.pages.database_tables import nothing
from plugins.admin.pages.parts import decimal, duration, facts

PATH: Final = "admin/database"


def locks(window: DatabaseWindow) -> None:
    """Draw the pools of all processes, and sessions that wait."""
    waiting = window.blocked()
    for number, session in enumerate(waiting):
        with card(key=f"{PATH}/blocked/{number}"):
            _blocked(session)
    for each in window.pools():
        with card(key=f"{PATH}/pool/{each.pid}/{each.name}"):
            _pool(each)
    if not waiting:
        nothing("locks" if window.database.dialect != "sqlite" else "locks_sqlite")


def _pool(each: PoolReading) -> None:
    title = element("h2", text("admin.database.pool.of", name=each.name, pid=each.pid), class_="host-card-title")
    sign = badge(text("admin.database.waiting", count=each.waiting), "bad" if each.waiting else "good")
    show(raw("div", title + sign, class_="host-titled"))
    facts(
        {
            text("admin.database.fact.in_use"): f"{each.checked_out} / {each.size} + {each.max_overflow}",
            text("admin.database.fact.timeouts"): str(each.timeouts),
            text("admin.database.fact.longest"): duration(each.longest_held_s * 1000),
            text("admin.database.fact.at"): f"{each.at:%Y-%m-%d %H:%M:%S} UTC",
        }
    )
    if each.holders:
        st.code(each.holders, language=None, wrap_lines=True)


def _blocked(each: Blocked) -> None:
    title = text("admin.database.blocked", pid=each.pid, blocker=each.blocker, seconds=decimal(each.seconds))
    show(raw("div", element("h2", title, class_="host-card-title") + badge(each.state, "bad"), class_="host-titled"))
    st.code(each.statement, language="sql", wrap_lines=True)
    show(element("p", text("admin.database.blocking"), class_="host-muted"))
    st.code(each.blocking, language="sql", wrap_lines=True)
