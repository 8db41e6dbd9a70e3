"""What would make the database faster: loops to cure, indexes to make and to drop."""

from typing import Final

import streamlit as st

from host import text
from host.data.monitor.advice import Advice
from host.data.monitor.readings import FindingReading
from host.ui.design import Tone, badge, card, element, raw, show
from plugins.admin.database import DatabaseWindow
from plugins.admin.pages.database_tables import nothing
from plugins.admin.pages.parts import facts

PATH: Final = "admin/database"


def loops(window: DatabaseWindow) -> None:
    """Draw each loop with its line and its cure."""
    found = window.findings()
    for number, each in enumerate(found):
        with card(key=f"{PATH}/loop/{number}"):
            _loop(each)
    if not found:
        nothing("nplus1")


def indexes(window: DatabaseWindow) -> None:
    """Draw advice on indexes with the statement to run."""
    report = window.indexes()
    for number, each in enumerate(report.advice):
        with card(key=f"{PATH}/index/{number}"):
            _advice(each)
    if not report.advice:
        nothing("indexes")
    for note in report.notes:
        show(element("p", note, class_="host-muted"))


def _loop(each: FindingReading) -> None:
    sign = badge(text(f"admin.database.loop.{each.kind}"), "attention")
    show(raw("div", element("h2", each.site or "–", class_="host-card-title") + sign, class_="host-titled"))
    show(element("p", text("admin.database.loop.text", most=each.most, runs=each.runs)))
    facts(
        {
            text("admin.database.column.page"): each.page,
            text("admin.database.fact.plugin"): each.plugin,
            text("admin.database.fact.subject"): each.subject,
            text("admin.database.fact.last"): f"{each.last_seen:%Y-%m-%d %H:%M:%S} UTC",
        }
    )
    st.code(each.cure, language=None, wrap_lines=True)


def _advice(each: Advice) -> None:
    tone: Tone = "attention" if each.kind in ("missing", "foreign_key") else "info"
    kind = badge(text(f"admin.database.index.{each.kind}"), tone)
    name = element("h2", f"{each.table}: {each.index}", class_="host-card-title")
    show(raw("div", name + kind + _checked(each), class_="host-titled"))
    show(element("p", each.reason))
    st.code(each.statement, language="sql", wrap_lines=True)
    gain = f"{each.cost[0]:,.0f} → {each.cost[1]:,.0f}" if each.cost else ""
    facts({text("admin.database.fact.cost"): gain, text("admin.database.fact.line"): each.site})


def _checked(each: Advice) -> str:
    if each.kind != "missing":
        return ""
    return badge(text(f"admin.database.checked.{each.verified or 'no'}"), "good" if each.verified else "neutral")
