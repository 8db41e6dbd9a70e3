"""The start page of the warehouse: what it is worth, what runs out, what expires, what moved."""

from typing import Any, Final

import streamlit as st

from host import Principal, block, navigate, text
from host.ui.design import Metric, card, empty_state, metric_row, plain_header
from plugins.warehouse.formats import number
from plugins.warehouse.pages.axis import amount_axis, amount_labels, ticks
from plugins.warehouse.pages.movement_list import movement_table
from plugins.warehouse.pages.parts import day, hint, language, money, quantity
from plugins.warehouse.pages.tables import picking_table
from plugins.warehouse.services.ledger import today
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import MovementFilter, Movements
from plugins.warehouse.services.overview import Overview
from plugins.warehouse.settings import WarehouseSettings

PATH: Final = "warehouse/overview"
CHART_HEIGHT: Final = 280
_LINE: Final[dict[str, Any]] = {"type": "line", "showSymbol": False, "smooth": False, "yAxisIndex": 0}
_BAR: Final[dict[str, Any]] = {"type": "bar", "yAxisIndex": 1}


def draw(
    overview: Overview, lots: Lots, movements: Movements, settings: WarehouseSettings, principal: Principal
) -> None:
    """Draw the page."""
    plain_header("warehouse.overview.title", "warehouse.overview.subtitle")
    figures = overview.figures()
    if not figures.articles:
        _welcome(principal)
        return
    metric_row(
        [
            Metric(text("warehouse.overview.value"), money(figures.value_cents, settings.currency)),
            Metric(text("warehouse.overview.articles"), number(figures.articles, language())),
            _warned("low", figures.low),
            _warned("expiring", figures.expiring),
            Metric(text("warehouse.overview.open_orders"), number(figures.open_orders, language())),
        ]
    )
    with block("warehouse.overview.chart"):
        _chart(overview, settings)
    with block("warehouse.overview.low"):
        _low(overview)
    with block("warehouse.overview.expiring"):
        _expiring(lots)
    with block("warehouse.overview.moved"), card(text("warehouse.overview.moved"), key=f"{PATH}/moved"):
        movement_table(movements.stretch(MovementFilter(), rows=8).rows, key=f"{PATH}/movements")


def _warned(name: str, count: int) -> Metric:
    label = text(f"warehouse.overview.{name}")
    return Metric(label, number(count, language()), tone="attention" if count else "good")


def _welcome(principal: Principal) -> None:
    with empty_state(
        text("warehouse.overview.empty"),
        text("warehouse.overview.empty.text"),
        icon=":material/warehouse:",
        key=PATH,
    ):
        if principal.may("warehouse.import") and st.button(
            text("warehouse.import.title"), key=f"{PATH}/import", type="primary", icon=":material/upload_file:"
        ):
            navigate("warehouse/import")
        if principal.may("warehouse.edit") and st.button(text("warehouse.articles.new"), key=f"{PATH}/new"):
            navigate("warehouse/article")


def _chart(overview: Overview, settings: WarehouseSettings) -> None:
    days = overview.history()
    worth = ticks(max(each.value for each in days) / 100)
    moved = ticks(max(max(each.incoming, each.outgoing) for each in days) / 100)
    widths = {"left": _margin(worth), "right": _margin(moved), "top": 36, "bottom": 8, "containLabel": True}
    with card(text("warehouse.overview.chart.title", currency=settings.currency), key=f"{PATH}/chart"):
        spec = {
            "grid": widths,
            "legend": {"top": 0, "left": 0},
            "tooltip": {"trigger": "axis", "valueFormatter": "localized"},
            "xAxis": {"type": "category", "data": [day(each.day) for each in days], "boundaryGap": True},
            "yAxis": [amount_axis(worth), amount_axis(moved, splitLine={"show": False})],
            "series": [
                _series("value", [each.value for each in days], _LINE | {"markLine": _labels(worth, "start")}),
                _series("incoming", [each.incoming for each in days], _BAR | {"markLine": _labels(moved, "end")}),
                _series("outgoing", [each.outgoing for each in days], _BAR),
            ],
        }
        last = money(days[-1].value, settings.currency)
        alt = text("warehouse.overview.chart.alt", days=len(days), value=last)
        st.echarts_chart(spec, height=CHART_HEIGHT, key=f"{PATH}/chart-value", alt=alt)


def _series(name: str, cents: list[int], look: dict[str, Any]) -> dict[str, Any]:
    return {"name": text(f"warehouse.overview.chart.{name}"), "data": [each / 100 for each in cents], **look}


def _labels(marks: list[int], side: str) -> dict[str, Any]:
    return amount_labels(marks, language(), side)


def _margin(marks: list[int]) -> int:
    """Return the pixels that the longest number beside an axis needs."""
    return 16 + 7 * len(number(marks[-1], language()))


def _low(overview: Overview) -> None:
    rows = overview.low()
    with card(text("warehouse.overview.low"), key=f"{PATH}/low"):
        if not rows:
            hint(text("warehouse.overview.low.none"))
            return
        columns = {
            "number": [row.number for row in rows],
            "name": [row.name for row in rows],
            "free": [quantity(row.free, row.unit) for row in rows],
            "minimum_stock": [quantity(row.minimum_stock, row.unit) for row in rows],
        }
        picking_table(
            columns,
            lambda index: navigate("warehouse/article", id=rows[index].id),
            key=f"{PATH}/low-table",
            numbers=("free", "minimum_stock"),
            alt=text("warehouse.overview.low"),
        )


def _expiring(lots: Lots) -> None:
    rows = lots.expiring()
    with card(text("warehouse.overview.expiring"), key=f"{PATH}/expiring"):
        if not rows:
            hint(text("warehouse.overview.expiring.none"))
            return
        columns = {
            "best_before": [_expiry(row.best_before) for row in rows],
            "article": [f"{row[5]} {row.name}" for row in rows],
            "lot": [row[1] or "–" for row in rows],
            "quantity": [quantity(row.quantity, row.unit) for row in rows],
        }
        picking_table(
            columns,
            lambda index: navigate("warehouse/article", id=rows[index][4]),
            key=f"{PATH}/expiring-table",
            numbers=("quantity",),
            alt=text("warehouse.overview.expiring"),
        )


def _expiry(best_before: Any) -> str:
    return f"✕ {day(best_before)}" if best_before < today() else day(best_before)
