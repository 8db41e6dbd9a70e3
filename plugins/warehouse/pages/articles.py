"""The list of articles: search, filter, sort, export, open."""

from urllib.parse import urlencode

import streamlit as st

from host import Principal, StoredFile, action, current, file_link, navigate, text
from host.ui.design import card, empty_state, page_header
from plugins.warehouse.addresses import ArticlesParams
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.exporting.prepared import KEEP_HOURS, PreparedExports
from plugins.warehouse.pages.parts import announce, choice, hint, moment, money, pager, quantity, search_box, switch
from plugins.warehouse.pages.tables import picking_table
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.deletion import Deletion
from plugins.warehouse.services.paging import Part, Window
from plugins.warehouse.settings import WarehouseSettings

PATH = "warehouse/articles"
PREPARED = f"{PATH}/prepared-file"
SORTS = ("number", "name", "category", "stock", "-stock", "free", "price", "-price")


def draw(
    articles: Articles,
    deletion: Deletion,
    prepared_exports: PreparedExports,
    settings: WarehouseSettings,
    *,
    params: ArticlesParams,
    principal: Principal,
) -> None:
    """Draw the page."""
    announce()
    with page_header("warehouse.articles.title", "warehouse.articles.subtitle"):
        _actions(params, principal, prepared_exports)
    _prepared(principal)
    _filters(articles, params)
    if params.deleted:
        _deleted(deletion, settings, params)
        return
    part = articles.find(params.filter(), Window(params.part, settings.page_rows, params.sort))
    if part.total:
        _table(part, settings)
        pager(PATH, params, part)
        return
    with empty_state(
        text("warehouse.articles.none"), text("warehouse.articles.none.text"), icon=":material/inventory_2:", key=PATH
    ):
        pass


def _actions(params: ArticlesParams, principal: Principal, prepared_exports: PreparedExports) -> None:
    if principal.may("warehouse.export"):
        query = urlencode(params.model_dump(mode="json", exclude_defaults=True, exclude={"part", "sort"}))
        query = query.replace("=True", "=true")
        st.link_button("CSV", f"/x/warehouse/articles.csv?{query}", icon=":material/download:")
        st.link_button("Excel", f"/x/warehouse/articles.xlsx?{query}", icon=":material/download:")
        st.button(
            text("warehouse.articles.prepare"),
            key=f"{PATH}/prepare",
            icon=":material/inventory:",
            help=text("warehouse.articles.prepare.help", hours=KEEP_HOURS),
            on_click=action(_prepare),
            args=(prepared_exports, params),
        )
    if principal.may("warehouse.edit") and st.button(
        text("warehouse.articles.new"), key=f"{PATH}/new", type="primary", icon=":material/add:"
    ):
        navigate("warehouse/article")


def _prepare(prepared_exports: PreparedExports, params: ArticlesParams) -> None:
    st.session_state[PREPARED] = prepared_exports.workbook(params.filter(), current().language)


def _prepared(principal: Principal) -> None:
    """Draw the link to the file that was prepared in this tab."""
    stored: StoredFile | None = st.session_state.get(PREPARED)
    if stored is None or stored.owner != principal.user_id:
        return
    with card(text("warehouse.articles.prepared"), key=f"{PATH}/prepared"):
        hint(text("warehouse.articles.prepared.text", until=moment(stored.expires_at)))
        file_link(stored, stored.name)


def _filters(articles: Articles, params: ArticlesParams) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/filters"):
        with st.container(width=320):
            search_box(PATH, params, text("warehouse.articles.search"))
        with st.container(width=200):
            known = articles.categories()
            options = ["", *known] if params.category in {"", *known} else ["", params.category, *known]
            choice(PATH, params, "category", options, {"": text("warehouse.filter.all")})
        with st.container(width=200):
            choice(PATH, params, "sort", SORTS, {each: text(f"warehouse.sort.{each}") for each in SORTS})
        switch(PATH, params, "low")
        switch(PATH, params, "inactive")
        switch(PATH, params, "deleted")


def _deleted(deletion: Deletion, settings: WarehouseSettings, params: ArticlesParams) -> None:
    part = deletion.find(params.q, Window(params.part, settings.page_rows))
    if not part.total:
        hint(text("warehouse.deleted.none"))
        return
    rows = part.rows
    columns = {
        "number": [row.number for row in rows],
        "name": [row.name for row in rows],
        "deleted": [moment(row.deleted_at) for row in rows],
        "by": [row.deleted_by for row in rows],
    }
    picking_table(
        columns,
        lambda index: navigate("warehouse/article", id=rows[index].id),
        key=f"{PATH}/deleted-table",
        alt=text("warehouse.filter.deleted"),
    )
    hint(text("warehouse.deleted.open"))
    pager(PATH, params, part)


def _table(part: Part[AnyRow], settings: WarehouseSettings) -> None:
    rows = part.rows
    columns = {
        "number": [row.number for row in rows],
        "name": [row.name for row in rows],
        "stock": [quantity(row.stock, row.unit) for row in rows],
        "free": [quantity(row.free, row.unit) for row in rows],
        "minimum_stock": [quantity(row.minimum_stock, row.unit) for row in rows],
        "warning": [_warning(row) for row in rows],
        "price": [money(row.price_cents, settings.currency) for row in rows],
        "category": [row.category for row in rows],
    }
    picking_table(
        columns,
        lambda index: navigate("warehouse/article", id=rows[index].id),
        key=f"{PATH}/table",
        numbers=("stock", "free", "minimum_stock", "price"),
        alt=text("warehouse.articles.title"),
    )
    hint(text("warehouse.list.open"))


def _warning(row: AnyRow) -> str:
    if not row.active:
        return text("warehouse.state.inactive")
    return f"▼ {text('warehouse.state.low')}" if row.low else ""
