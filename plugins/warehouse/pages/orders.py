"""The list of orders."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from host import Principal, navigate, text
from host.ui.design import empty_state, page_header
from plugins.warehouse.addresses import OrdersParams
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.pages.parts import choice, day, hint, leaf, moment, search_box
from plugins.warehouse.pages.tables import picking_table
from plugins.warehouse.services.order_lookup import STATES, OrderLookup
from plugins.warehouse.settings import WarehouseSettings

PATH: Final = "warehouse/orders"


def draw(order_lookup: OrderLookup, settings: WarehouseSettings, params: OrdersParams, principal: Principal) -> None:
    """Draw the page."""
    with page_header("warehouse.orders.title", "warehouse.orders.subtitle"):
        if principal.may("warehouse.edit") and st.button(
            text("warehouse.orders.new"), key=f"{PATH}/new", type="primary", icon=":material/add:"
        ):
            navigate("warehouse/order")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/filters"):
        with st.container(width=320):
            search_box(PATH, params, text("warehouse.orders.search"))
        with st.container(width=200):
            labels = {"": text("warehouse.filter.all")} | {each: text(f"warehouse.state.{each}") for each in STATES}
            choice(PATH, params, "state", list(labels), labels)
    found = order_lookup.stretch(params.filter(), settings.page_rows, params.place())
    if found.rows:
        _table(found.rows)
        leaf(PATH, params, found)
        return
    with empty_state(
        text("warehouse.orders.none"), text("warehouse.orders.none.text"), icon=":material/receipt_long:", key=PATH
    ):
        pass


def _table(rows: Sequence[AnyRow]) -> None:
    columns = {
        "order_number": [row.number for row in rows],
        "customer": [row.customer for row in rows],
        "state": [text(f"warehouse.state.{row.state}") for row in rows],
        "lines": [f"{row.reserved_lines} / {row.lines}" if row.state == "open" else str(row.lines) for row in rows],
        "due": [day(row.due) for row in rows],
        "entered": [moment(row.created_at) for row in rows],
    }
    picking_table(
        columns,
        lambda index: navigate("warehouse/order", id=rows[index].id),
        key=f"{PATH}/table",
        numbers=("lines",),
        alt=text("warehouse.orders.title"),
    )
    hint(text("warehouse.list.open"))
