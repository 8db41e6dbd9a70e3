"""The master data of an article as a form; what somebody else changed meanwhile stands beside it, nothing is lost."""

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from host import action, text
from host.ui.design import card
from plugins.warehouse.formats import decimal_mark, plain_number
from plugins.warehouse.models import Article
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.parts import language, say
from plugins.warehouse.pages.tables import table
from plugins.warehouse.services.article_input import read_article
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.units import UNITS

PATH: Final = "warehouse/article"
TEXTS: Final = ("number", "name", "category", "barcode", "note")
NOBODY: Final = 0
Entered = dict[str, str | bool | int]


def edit_data(articles: Articles, article: Article | None, suppliers: dict[int, str]) -> None:
    """Draw the form, for a new article where there is none yet.

    Args:
        suppliers: id → name of those to choose from.
    """
    name = f"{PATH}/{article.id if article else 'new'}"
    with card(text("warehouse.article.data"), key=f"{PATH}/data"):
        draft, seen = _begun(name, article)
        entered = _fields(draft, article, suppliers)
        draft.general_faults()
        if st.button(text("warehouse.save"), key=f"{name}/save", type="primary", icon=":material/save:"):
            draft.attempt(lambda: _save(articles, seen, entered))
        if article is not None and seen is not None and article.version != seen.version:
            _meanwhile(draft, seen, article, suppliers)


def _begun(name: str, article: Article | None) -> tuple[Draft, Article | None]:
    """Return the entry and what the reader began with; where nothing was entered, that is what is stored now."""
    draft = Draft(name)
    # If the article is another by now, it was saved elsewhere in between.
    seen: Article | None = st.session_state.setdefault(draft.key("seen"), article)
    if article is None or seen is None or article.version == seen.version or _entered(draft, seen):
        return draft, seen
    draft.begin_anew()
    return _begun(name, article)


def _entered(draft: Draft, seen: Article) -> bool:
    start = {field: _state(field, value) for field, value in shown(seen).items()}
    return any(st.session_state.get(draft.key(field), value) != value for field, value in start.items())


def _fields(draft: Draft, article: Article | None, suppliers: dict[int, str]) -> Entered:
    start = shown(article)
    entered: Entered = {}
    left, right = st.columns(2)
    with left:
        for field in ("number", "name", "category", "barcode"):
            entered[field] = draft.text(field, str(start[field]))
    with right:
        entered["unit"] = draft.choice("unit", list(UNITS), str(start["unit"]), format_func=_unit)
        entered["price"] = draft.text("price", str(start["price"]))
        entered["minimum_stock"] = draft.text("minimum_stock", str(start["minimum_stock"]))
        entered["supplier"] = _supplier(draft, int(start["supplier"]), suppliers)
    entered["note"] = draft.area("note", str(start["note"]))
    entered["active"] = draft.tick("active", bool(start["active"])) if article else True
    return entered


def _supplier(draft: Draft, current: int, suppliers: dict[int, str]) -> int:
    names = {str(NOBODY): "–"} | {str(key): name for key, name in suppliers.items()}
    # A supplier from whom nothing is bought any more stays chosen until another one is.
    names.setdefault(str(current), text("warehouse.supplier.ended"))
    chosen = draft.choice("supplier", list(names), str(current), format_func=lambda key: names.get(key, "–"))
    return int(chosen or NOBODY)


def shown(article: Article | None) -> Entered:
    """Return field → what the form shows of an article."""
    if article is None:
        blank: Entered = dict.fromkeys((*TEXTS, "price", "minimum_stock"), "")
        return blank | {"unit": "pcs", "supplier": NOBODY, "active": True}
    texts: Entered = {field: getattr(article, field) for field in TEXTS}
    price = f"{article.price_cents / 100:.2f}".replace(".", decimal_mark(language()))
    minimum = plain_number(article.minimum_stock, language())
    chosen: Entered = {"unit": article.unit, "supplier": article.supplier_id or NOBODY, "active": article.active}
    return texts | {"price": price, "minimum_stock": minimum} | chosen


def _save(articles: Articles, seen: Article | None, entered: Entered) -> str:
    fields = ("number", "name", "category", "barcode", "note", "unit", "price", "minimum_stock")
    values = {field: str(entered[field]) for field in fields}
    data = read_article(values, decimal_mark(language()), complete=True)
    data = replace(data, supplier_id=int(entered["supplier"]))
    if seen is None:
        return text("warehouse.article.created", number=articles.create(data).number)
    articles.change(seen, data, active=bool(entered["active"]))
    return text("warehouse.saved")


def _meanwhile(draft: Draft, seen: Article, now: Article, suppliers: dict[int, str]) -> None:
    """Show what somebody else changed, and let the reader go on with or without what they entered."""
    before, after = shown(seen), shown(now)
    changed = [field for field in after if before[field] != after[field]]
    st.warning(text("warehouse.article.changed"), icon=":material/sync_problem:")
    columns = {
        "field": [text(f"warehouse.field.{field}") for field in changed],
        "seen": [_told(field, before, suppliers) for field in changed],
        "theirs": [_told(field, after, suppliers) for field in changed],
    }
    table(columns, key=draft.key("changed"), alt=text("warehouse.article.changed"))
    with st.container(horizontal=True):
        merge = action(partial(_merge, draft, seen, now))
        st.button(text("warehouse.article.keep_mine"), key=draft.key("merge"), type="primary", on_click=merge)
        if st.button(text("warehouse.article.load"), key=draft.key("load")):
            draft.attempt(lambda: text("warehouse.article.loaded"))


def _merge(draft: Draft, seen: Article, now: Article) -> None:
    """Go on from what is stored now; fields that the reader changed keep what they entered."""
    before, after = shown(seen), shown(now)
    for field, value in before.items():
        key = draft.key(field)
        if st.session_state.get(key) == _state(field, value):
            st.session_state[key] = _state(field, after[field])
    st.session_state[draft.key("seen")] = now
    draft.forget_faults()
    say(text("warehouse.article.kept"))


def _state(field: str, value: str | bool | int) -> str | bool | int:
    return str(value) if field == "supplier" else value


def _told(field: str, values: Entered, suppliers: dict[int, str]) -> str:
    value = values[field]
    if field == "active":
        return text("warehouse.yes" if value else "warehouse.no")
    if field == "supplier":
        return suppliers.get(int(value), "–")
    return _unit(str(value)) if field == "unit" else str(value) or "–"


def _unit(code: str) -> str:
    return text(f"warehouse.unit.{code}")
