"""One supplier: whom to reach there (masked until somebody says why), what is bought there, its data."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from host import Principal, action, back, navigate, text
from host.ui.design import card, element, page_header, raw, show
from plugins.warehouse.addresses import SupplierParams
from plugins.warehouse.pages.deleting import delete_button, deleted_note
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.history_list import history_card
from plugins.warehouse.pages.parts import announce, day, hint, looked_up, moment, quantity, say
from plugins.warehouse.pages.tables import picking_table
from plugins.warehouse.services.articles import ArticleFilter, Articles
from plugins.warehouse.services.history import History
from plugins.warehouse.services.paging import Window
from plugins.warehouse.services.supplier_input import CONTACT, read_supplier, spaced_iban
from plugins.warehouse.services.suppliers import Shown, Suppliers, has_ended
from plugins.warehouse.supplier_models import Supplier

PATH: Final = "warehouse/supplier"
LIST: Final = "warehouse/suppliers"
FIELDS: Final = {"name": "company"}
PLAIN: Final = (("company", "name"), ("city", "city"), ("note", "note"), ("ended_on", "ended_on"))
"""Fields of the form that show what is stored, each with its column."""
BOUGHT: Final = 25
"""Articles that the page lists."""


def draw(
    suppliers: Suppliers, articles: Articles, history: History, params: SupplierParams, principal: Principal
) -> None:
    """Draw the page."""
    announce()
    key = params.id
    shown = looked_up(lambda: suppliers.get(key), LIST) if key is not None else None
    if shown is None and key is not None:
        return
    supplier = shown.seen if shown else None
    may_edit = principal.may("warehouse.edit")
    with page_header(supplier.name if supplier else "warehouse.supplier.new", _subtitle(supplier)):
        _actions(suppliers, supplier, may_edit=may_edit)
    if shown is not None:
        if shown.seen.deleted_at is not None:
            _deleted(suppliers, shown.seen, may_edit=may_edit)
        _contact(suppliers, shown, principal)
        if shown.articles:
            _articles(articles, shown)
    if may_edit and (supplier is None or supplier.deleted_at is None):
        _edit(suppliers, shown)
    if supplier is not None:
        history_card(history.of_supplier(supplier.id), _told, FIELDS, key=f"{PATH}/{supplier.id}")


def _told(field: str, value: object) -> str:
    """Write an earlier value; the audit holds nothing readable of a contact, so that it is told only that there was."""
    if field in CONTACT:
        return text("warehouse.history.hidden") if value else ""
    return day(date.fromisoformat(str(value))) if field == "ended_on" and value else str(value or "")


def _subtitle(supplier: Supplier | None) -> str:
    if supplier is None:
        return "warehouse.supplier.new.subtitle"
    ended = text("warehouse.supplier.ended_on", day=day(supplier.ended_on)) if has_ended(supplier.ended_on) else ""
    return " · ".join(filter(None, (supplier.city, ended)))


def _actions(suppliers: Suppliers, supplier: Supplier | None, *, may_edit: bool) -> None:
    if st.button(text("warehouse.back"), key=f"{PATH}/back", icon=":material/arrow_back:"):
        back(LIST)
    if supplier is None or not may_edit or supplier.deleted_at is not None:
        return
    sure = text("warehouse.supplier.delete.sure")
    delete_button(f"{PATH}/{supplier.id}", sure, lambda: _delete(suppliers, supplier))


def _delete(suppliers: Suppliers, supplier: Supplier) -> str:
    suppliers.delete(supplier.id)
    return text("warehouse.supplier.deleted", name=supplier.name)


def _deleted(suppliers: Suppliers, supplier: Supplier, *, may_edit: bool) -> None:
    when = moment(supplier.deleted_at) if supplier.deleted_at else ""
    note = text("warehouse.supplier.is_deleted", at=when, by=supplier.deleted_by)
    deleted_note(f"{PATH}/{supplier.id}", note, (lambda: _restore(suppliers, supplier)) if may_edit else None)


def _restore(suppliers: Suppliers, supplier: Supplier) -> str:
    return text("warehouse.supplier.restored", name=suppliers.restore(supplier.id).name)


def _contact(suppliers: Suppliers, shown: Shown, principal: Principal) -> None:
    with card(text("warehouse.supplier.contact"), key=f"{PATH}/contact"):
        if not any(shown.contact.values()):
            hint(text("warehouse.supplier.contact.none"))
            return
        # Said once: whatever is done next on the page masks it again.
        revealed: Mapping[str, str] | None = st.session_state.pop(f"{PATH}/{shown.seen.id}/revealed", None)
        _facts(revealed or shown.contact)
        if revealed is not None:
            hint(text("warehouse.supplier.revealed"))
        elif principal.may("host.pii"):
            _ask(suppliers, shown.seen.id)
        else:
            hint(text("warehouse.supplier.contact.masked"))


def _facts(contact: Mapping[str, str]) -> None:
    told = {name: value for name in CONTACT if (value := contact.get(name, ""))}
    rows = (element("dt", text(f"warehouse.field.{name}")) + element("dd", _written(name, told[name])) for name in told)
    show(raw("dl", "".join(rows), class_="host-facts"))


def _written(name: str, value: str) -> str:
    return spaced_iban(value) if name == "iban" and "…" not in value else value


def _ask(suppliers: Suppliers, supplier_id: int) -> None:
    name = f"{PATH}/{supplier_id}/reveal"
    with st.popover(text("warehouse.supplier.reveal"), icon=":material/visibility:", key=f"{name}/why"):
        st.write(text("warehouse.supplier.reveal.text"))
        draft = Draft(name)
        reason = draft.text("reason", placeholder=text("warehouse.supplier.reveal.example"))
        draft.general_faults()
        if st.button(text("warehouse.supplier.reveal"), key=f"{name}/show", icon=":material/visibility:"):
            draft.attempt(lambda: _reveal(suppliers, supplier_id, reason))


def _reveal(suppliers: Suppliers, supplier_id: int, reason: str) -> str:
    st.session_state[f"{PATH}/{supplier_id}/revealed"] = suppliers.reveal(supplier_id, reason)
    return text("warehouse.supplier.reveal.recorded")


def _articles(articles: Articles, shown: Shown) -> None:
    rows = articles.find(ArticleFilter(inactive=True, supplier=shown.seen.id), Window(rows=BOUGHT)).rows
    columns = {
        "number": [row.number for row in rows],
        "name": [row.name for row in rows],
        "free": [quantity(row.free, row.unit) for row in rows],
        "minimum_stock": [quantity(row.minimum_stock, row.unit) for row in rows],
        "warning": [f"▼ {text('warehouse.state.low')}" if row.low else "" for row in rows],
    }
    with card(text("warehouse.supplier.articles"), key=f"{PATH}/articles"):
        picking_table(
            columns,
            lambda index: navigate("warehouse/article", id=rows[index].id),
            key=f"{PATH}/articles-table",
            numbers=("free", "minimum_stock"),
            alt=text("warehouse.supplier.articles"),
        )
        if shown.articles > BOUGHT:
            hint(text("warehouse.supplier.more", count=shown.articles - BOUGHT))


def _edit(suppliers: Suppliers, shown: Shown | None) -> None:
    name = f"{PATH}/{shown.seen.id if shown else 'new'}"
    with card(text("warehouse.supplier.data"), key=f"{PATH}/data"):
        draft, seen = _begun(name, shown.seen if shown else None)
        values, ended_on, clear = _fields(draft, shown)
        draft.general_faults()
        if st.button(text("warehouse.save"), key=f"{name}/save", type="primary", icon=":material/save:"):
            draft.attempt(lambda: _save(suppliers, seen, values, ended_on, clear=clear))
        if shown is not None and seen is not None and shown.seen.version != seen.version:
            st.warning(text("warehouse.supplier.changed"), icon=":material/sync_problem:")
            go_on = action(partial(_go_on, draft, shown.seen))
            with st.container(horizontal=True):
                st.button(text("warehouse.article.keep_mine"), key=draft.key("merge"), type="primary", on_click=go_on)
                if st.button(text("warehouse.article.load"), key=draft.key("load")):
                    draft.attempt(lambda: text("warehouse.article.loaded"))


def _begun(name: str, supplier: Supplier | None) -> tuple[Draft, Supplier | None]:
    """Return the entry and what the reader began with; where nothing was entered, that is what is stored now."""
    draft = Draft(name)
    seen: Supplier | None = st.session_state.setdefault(draft.key("seen"), supplier)
    if supplier is None or seen is None or supplier.version == seen.version or _entered(draft, seen):
        return draft, seen
    draft.begin_anew()
    return _begun(name, supplier)


def _entered(draft: Draft, seen: Supplier) -> bool:
    state = st.session_state
    kept = any(state.get(draft.key(field), getattr(seen, column)) != getattr(seen, column) for field, column in PLAIN)
    return kept or any(state.get(draft.key(field)) for field in (*CONTACT, "clear_contact"))


def _fields(draft: Draft, shown: Shown | None) -> tuple[dict[str, str], date | None, bool]:
    seen, masked = (shown.seen, shown.contact) if shown else (None, {})
    values: dict[str, str] = {}
    left, right = st.columns(2)
    with left:
        values["company"] = draft.text("company", seen.name if seen else "")
        values["city"] = draft.text("city", seen.city if seen else "")
        ended_on = draft.day("ended_on", seen.ended_on if seen else None)
    with right:
        for field in CONTACT:
            values[field] = draft.text(field, placeholder=masked.get(field, ""))
    values["note"] = draft.area("note", seen.note if seen else "")
    if not any(masked.values()):
        return values, ended_on, False
    hint(text("warehouse.supplier.contact.blank"))
    return values, ended_on, draft.tick("clear_contact", value=False)


def _save(
    suppliers: Suppliers, seen: Supplier | None, values: dict[str, str], ended_on: date | None, *, clear: bool
) -> str:
    entered = read_supplier(values, ended_on=ended_on, clear_contact=clear)
    if seen is None:
        return text("warehouse.supplier.created", name=suppliers.create(entered).name)
    suppliers.change(seen, entered)
    return text("warehouse.saved")


def _go_on(draft: Draft, now: Supplier) -> None:
    """Go on from what is stored now; fields that the reader left alone show it."""
    key = draft.key("seen")
    seen: Supplier = st.session_state[key]
    for field, column in PLAIN:
        if st.session_state.get(draft.key(field)) == getattr(seen, column):
            st.session_state[draft.key(field)] = getattr(now, column)
    st.session_state[key] = now
    draft.forget_faults()
    say(text("warehouse.article.kept"))
