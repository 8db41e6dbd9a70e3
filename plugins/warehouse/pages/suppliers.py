"""The list of suppliers: search by name, place or a whole e-mail address; open, create."""

from typing import Final

import streamlit as st

from host import Principal, navigate, text
from host.ui.design import empty_state, page_header
from plugins.warehouse.addresses import SuppliersParams
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.formats import number
from plugins.warehouse.pages.parts import announce, day, hint, language, pager, search_box, switch
from plugins.warehouse.pages.tables import picking_table
from plugins.warehouse.services.paging import Part, Window
from plugins.warehouse.services.suppliers import Suppliers
from plugins.warehouse.settings import WarehouseSettings

PATH: Final = "warehouse/suppliers"


def draw(suppliers: Suppliers, settings: WarehouseSettings, params: SuppliersParams, principal: Principal) -> None:
    """Draw the page."""
    announce()
    with page_header("warehouse.suppliers.title", "warehouse.suppliers.subtitle"):
        if principal.may("warehouse.export"):
            st.link_button("CSV", "/x/warehouse/suppliers.csv", icon=":material/download:")
        if principal.may("warehouse.edit") and st.button(
            text("warehouse.suppliers.new"), key=f"{PATH}/new", type="primary", icon=":material/add:"
        ):
            navigate("warehouse/supplier")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/filters"):
        with st.container(width=320):
            search_box(PATH, params, text("warehouse.suppliers.search"))
        switch(PATH, params, "ended")
        switch(PATH, params, "deleted")
    part = suppliers.find(params.filter(), Window(params.part, settings.page_rows))
    if part.total:
        _table(part)
        pager(PATH, params, part)
        return
    with empty_state(
        text("warehouse.suppliers.none"),
        text("warehouse.suppliers.none.text"),
        icon=":material/local_shipping:",
        key=PATH,
    ):
        pass


def _table(part: Part[AnyRow]) -> None:
    rows = part.rows
    columns = {
        "supplier": [row.name for row in rows],
        "city": [row.city for row in rows],
        "articles": [number(row.articles, language()) for row in rows],
        "ended": [day(row.ended_on) if row.ended_on else "" for row in rows],
    }
    picking_table(
        columns,
        lambda index: navigate("warehouse/supplier", id=rows[index].id),
        key=f"{PATH}/table",
        numbers=("articles",),
        alt=text("warehouse.suppliers.title"),
    )
    hint(text("warehouse.list.open"))
