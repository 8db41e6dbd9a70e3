"""One order: its lines, what is reserved for it, and what can be done next."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from host import Principal, authorize, back, permitted, text
from host.ui.design import Tone, card, page_header, status_badge
from plugins.warehouse.addresses import OrderParams
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.new_order import new_order
from plugins.warehouse.pages.parts import announce, day, hint, looked_up, quantity
from plugins.warehouse.pages.tables import table
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.order_lookup import OrderDetail, OrderLookup
from plugins.warehouse.services.orders import Orders

PATH: Final = "warehouse/order"
_TONES: Final[dict[str, Tone]] = {"open": "info", "shipped": "good", "cancelled": "neutral"}


def draw(
    articles: Articles, orders: Orders, order_lookup: OrderLookup, params: OrderParams, principal: Principal
) -> None:
    """Draw the page."""
    announce()
    key = params.id
    if key is None:
        authorize("warehouse.edit")
        new_order(articles, orders)
        return
    detail = looked_up(lambda: order_lookup.get(key), "warehouse/orders")
    if detail is None:
        return
    order = detail.order
    with page_header(text("warehouse.order.title", number=order.number), order.customer):
        if st.button(text("warehouse.back"), key=f"{PATH}/back", icon=":material/arrow_back:"):
            back("warehouse/orders")
    status_badge(text(f"warehouse.state.{order.state}"), _TONES[order.state])
    if order.due or order.note:
        hint(" · ".join(filter(None, (text("warehouse.order.due", day=day(order.due)), order.note))))
    if order.state == "open":
        cancel = permitted("warehouse.cancel", order)
        _steps(
            orders, order.id, reserved=bool(detail.reservations), edit=principal.may("warehouse.edit"), cancel=cancel
        )
    _lines(detail)
    _reservations(detail)


def _steps(orders: Orders, order_id: int, *, reserved: bool, edit: bool, cancel: bool) -> None:
    draft = Draft(f"{PATH}/{order_id}")
    draft.general_faults()
    with st.container(horizontal=True, key=f"{PATH}/steps"):
        if edit:
            _step(draft, "reserve", lambda: _reserve(orders, order_id), primary=not reserved)
            _step(draft, "ship", lambda: _ship(orders, order_id), primary=reserved, off=not reserved)
            _step(draft, "release", lambda: _done(orders.release, order_id, "released"), off=not reserved)
        if cancel:
            with st.popover(text("warehouse.order.cancel"), icon=":material/cancel:"):
                st.write(text("warehouse.order.cancel.sure"))
                _step(draft, "cancel", lambda: _done(orders.cancel, order_id, "cancelled"))
    if edit and not cancel:
        hint(text("warehouse.rule.cancel"))


def _step(draft: Draft, name: str, work: Callable[[], str], *, primary: bool = False, off: bool = False) -> None:
    label, kind = text(f"warehouse.order.{name}"), "primary" if primary else "secondary"
    if st.button(label, key=f"{PATH}/{name}", type=kind, disabled=off):  # type: ignore[arg-type]
        draft.attempt(work)


def _reserve(orders: Orders, order_id: int) -> str:
    return text("warehouse.order.short" if orders.reserve(order_id) else "warehouse.order.reserved")


def _ship(orders: Orders, order_id: int) -> str:
    return text("warehouse.order.shipped" if orders.ship(order_id) else "warehouse.order.shipped.part")


def _done(change: Callable[[int], None], order_id: int, said: str) -> str:
    change(order_id)
    return text(f"warehouse.order.{said}")


def _lines(detail: OrderDetail) -> None:
    lines = detail.lines
    columns = {
        "position": [str(line.position) for line in lines],
        "number": [line.number for line in lines],
        "name": [line.name for line in lines],
        "quantity": [quantity(line.quantity, line.unit) for line in lines],
        "reserved": [quantity(line.reserved, line.unit) for line in lines],
        "shipped": [quantity(line.shipped, line.unit) for line in lines],
        "free": [quantity(line.free, line.unit) for line in lines],
    }
    with card(text("warehouse.order.lines"), key=f"{PATH}/lines"):
        table(columns, key=f"{PATH}/lines-table", alt=text("warehouse.order.lines"))


def _reservations(detail: OrderDetail) -> None:
    if not detail.reservations:
        return
    rows = detail.reservations
    columns = {
        "position": [str(row.position) for row in rows],
        "article": [row.number for row in rows],
        "lot": [row.lot or "–" for row in rows],
        "best_before": [day(row.best_before) for row in rows],
        "quantity": [quantity(row.quantity, row.unit) for row in rows],
    }
    with card(text("warehouse.order.lots"), text("warehouse.order.lots.text"), key=f"{PATH}/lots"):
        table(columns, key=f"{PATH}/lots-table", alt=text("warehouse.order.lots"))
