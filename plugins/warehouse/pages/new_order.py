"""Enters a new order: the customer, then its lines one by one."""

from typing import Final

import streamlit as st

from host import back, navigate, redraw, text
from host.ui.design import card, element, page_header, show
from plugins.warehouse.pages.article_picker import pick_article
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.parts import hint, quantity
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.order_input import LineInput, OrderInput
from plugins.warehouse.services.orders import Orders

PATH: Final = "warehouse/order/new"


def new_order(articles: Articles, orders: Orders) -> None:
    """Draw the page for a new order."""
    with page_header("warehouse.order.new", "warehouse.order.new.subtitle"):
        if st.button(text("warehouse.back"), key=f"{PATH}/back", icon=":material/arrow_back:"):
            back("warehouse/orders")
    head = Draft(PATH)
    with card(text("warehouse.order.head"), key=f"{PATH}/head"):
        left, right = st.columns(2)
        with left:
            customer, number = head.text("customer"), head.text("order_number")
        with right:
            due, note = head.day("due"), head.text("note")
    with card(text("warehouse.order.lines"), key=f"{PATH}/lines"):
        _lines(head)
        _adder(head, articles)
    head.general_faults("lines", "number")
    if st.button(text("warehouse.order.save"), key=f"{PATH}/save", type="primary", icon=":material/save:"):
        entered = OrderInput(customer, [line for line, _ in head.lines], number, due, note)

        def work() -> str:
            order = orders.create(entered)
            # The address leads to the new order in the run that follows.
            st.session_state[f"{PATH}/made"] = order.id
            return text("warehouse.order.created", number=order.number)

        head.attempt(work)
    made_id = st.session_state.pop(f"{PATH}/made", None)
    if made_id is not None:
        navigate("warehouse/order", id=made_id)


def _lines(head: Draft) -> None:
    if not head.lines:
        hint(text("warehouse.order.lines.none"))
    for index, (_, label) in enumerate(head.lines):
        with st.container(horizontal=True, vertical_alignment="center"):
            show(element("span", f"{index + 1}. {label}"))
            if st.button(text("warehouse.remove"), key=head.key(f"remove/{index}"), icon=":material/delete:"):
                del head.lines[index]
                redraw()


def _adder(head: Draft, articles: Articles) -> None:
    line = Draft(f"{PATH}/line")
    left, right = st.columns(2)
    with left:
        article = pick_article(line, articles)
    with right:
        line.text("quantity")
    line.general_faults()
    if article is not None and st.button(text("warehouse.order.add"), key=line.key("add"), icon=":material/add:"):

        def work() -> str:
            wanted = line.quantity("quantity")
            label = f"{article.number} {article.name} · {quantity(wanted, article.unit)}"
            head.add_line((LineInput(article.id, wanted), label))
            return text("warehouse.order.added")

        line.attempt(work)
