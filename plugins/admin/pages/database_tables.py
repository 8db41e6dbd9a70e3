"""Tables of the database page: statements with their course, pages, slow statements with their plans."""

import re
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from host import text
from host.data.monitor.readings import SlowReading, StatementReading
from host.ui.design import card, element, empty_state, show
from plugins.admin.database import DatabaseWindow
from plugins.admin.pages.parts import duration, facts

PATH: Final = "admin/database"
_SHOWN: Final = 25
_CHART: Final = 115
"""Pixels of a course in a table."""
_LONG_LIST: Final = re.compile(r"^SELECT (?:(?! FROM ).){24,}? FROM ", re.DOTALL)


def statements(window: DatabaseWindow) -> None:
    """Draw the shapes that took most time; the chosen one in full, with its plan."""
    found = window.statements()
    if not found:
        nothing("statements")
        return
    rows = [
        {
            "statement": _brief(each.text),
            "count": each.figures.count,
            "p50": round(each.figures.histogram.quantile(0.5) * 1000, 2),
            "p95": round(each.figures.histogram.quantile(0.95) * 1000, 2),
            "total": round(each.figures.seconds, 2),
            "errors": each.figures.errors,
            "course": list(each.counts),
            "latency": list(each.p95_ms),
            "pages": [page or text("admin.database.outside") for page in each.pages],
        }
        for each in found
    ]
    columns = {
        "statement": _column("statement", width=250),
        "count": _number("count"),
        "p50": _number("p50"),
        "p95": _number("p95"),
        "total": _number("total"),
        "errors": _number("errors"),
        "course": st.column_config.LineChartColumn(text("admin.database.column.course"), width=_CHART, y_min=0),
        "latency": st.column_config.LineChartColumn(text("admin.database.column.latency"), width=_CHART, y_min=0),
        "pages": st.column_config.ListColumn(text("admin.database.column.pages")),
    }
    chosen = _table("statements", rows, columns)
    _statement(found[chosen if chosen is not None and chosen < len(found) else 0])


def pages(window: DatabaseWindow) -> None:
    """Draw what each page asks for in one run."""
    found = window.pages()
    if not found:
        nothing("pages")
        return
    rows = [
        {
            "page": each.page,
            "per_run": round(each.per_run, 1),
            "runs": each.runs.count,
            "p95": round(each.runs.histogram.quantile(0.95) * 1000, 2),
            "course": list(each.counts),
        }
        for each in found
    ]
    columns = {
        "page": _column("page", width=200),
        "per_run": st.column_config.ProgressColumn(
            text("admin.database.column.per_run"),
            format="localized",
            max_value=max(1.0, *(each.per_run for each in found)),
        ),
        "runs": _number("runs"),
        "p95": _number("p95_run"),
        "course": st.column_config.LineChartColumn(text("admin.database.column.course_runs"), y_min=0),
    }
    with card(text("admin.database.view.pages"), text("admin.database.pages.text"), key=f"{PATH}/pages"):
        _frame("pages", rows, columns)


def slow(window: DatabaseWindow) -> None:
    """Draw the latest slow statements, each with what leads to it."""
    found = window.slow()[:_SHOWN]
    for number, each in enumerate(found):
        with card(key=f"{PATH}/slow/{number}"):
            _slow(each)
    if not found:
        nothing("slow")


def nothing(view: str) -> None:
    """Say calmly that a part is empty."""
    with empty_state(text(f"admin.database.none.{view}"), icon=":material/check_circle:", key=f"{PATH}/{view}"):
        pass


def plan_of(reading: "StatementReading | SlowReading") -> None:
    """Draw how the database would run a statement, or why nobody knows."""
    if reading.plan:
        show(element("h3", text("admin.database.plan"), class_="host-card-title"))
        st.code(reading.plan, language=None, wrap_lines=True)
    elif reading.plan_fault:
        show(element("p", text("admin.database.plan.fault", reason=reading.plan_fault), class_="host-muted"))
    else:
        show(element("p", text("admin.database.plan.none"), class_="host-muted"))


def _statement(each: StatementReading) -> None:
    with card(text("admin.database.statement"), key=f"{PATH}/statement"):
        st.code(each.text, language="sql", wrap_lines=True)
        pages_named = ", ".join(page or text("admin.database.outside") for page in each.pages)
        facts(
            {
                text("admin.database.fact.shape"): each.fingerprint,
                text("admin.database.fact.line"): each.site,
                text("admin.database.column.pages"): pages_named,
            }
        )
        plan_of(each)


def _slow(each: SlowReading) -> None:
    st.code(each.text, language="sql", wrap_lines=True)
    facts(
        {
            text("admin.database.fact.took"): duration(each.seconds * 1000),
            text("admin.database.fact.at"): f"{each.at:%Y-%m-%d %H:%M:%S} UTC",
            text("admin.database.fact.line"): each.site,
            text("admin.database.column.page"): each.page,
            text("admin.database.fact.plugin"): each.plugin,
            text("admin.database.fact.values"): each.parameters,
            text("admin.database.fact.run"): each.correlation_id,
        }
    )
    plan_of(each)


def _table(name: str, rows: Sequence[dict[str, Any]], columns: dict[str, Any]) -> int | None:
    """Draw a table of which one row can be chosen, and return which is."""
    with card(text(f"admin.database.view.{name}"), text(f"admin.database.{name}.text"), key=f"{PATH}/{name}"):
        chosen: Any = st.dataframe(
            rows,
            key=f"{PATH}/{name}/table",
            hide_index=True,
            column_config=columns,
            on_select="rerun",
            selection_mode="single-row",
        )
    return next(iter(chosen.selection.rows), None)


def _frame(name: str, rows: Sequence[dict[str, Any]], columns: dict[str, Any]) -> None:
    st.dataframe(rows, key=f"{PATH}/{name}/table", hide_index=True, column_config=columns)


def _brief(statement: str) -> str:
    """Leave out a long list of columns, so that a narrow cell says which table is asked."""
    return _LONG_LIST.sub("SELECT … FROM ", statement)


def _column(name: str, width: int) -> Any:
    return st.column_config.TextColumn(text(f"admin.database.column.{name}"), width=width)


def _number(name: str) -> Any:
    return st.column_config.NumberColumn(text(f"admin.database.column.{name}"), format="localized")
