"""One article: where it lies, what to pick first, what moved, who changed it, its master data."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import streamlit as st

from host import Principal, back, block, flag, navigate, text
from host.ui.design import Metric, card, metric_row, page_header
from plugins.warehouse.addresses import ArticleParams
from plugins.warehouse.columns import AnyRow, plain
from plugins.warehouse.flags import REACH_ESTIMATE
from plugins.warehouse.formats import plain_number
from plugins.warehouse.models import Article
from plugins.warehouse.pages.article_data import edit_data
from plugins.warehouse.pages.deleting import delete_button, deleted_note
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.history_list import history_card
from plugins.warehouse.pages.movement_list import movement_table
from plugins.warehouse.pages.parts import announce, counted, day, hint, language, looked_up, moment, money, quantity
from plugins.warehouse.pages.tables import table
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.deletion import Deletion
from plugins.warehouse.services.history import History
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import MovementFilter, Movements
from plugins.warehouse.services.reach import Reach
from plugins.warehouse.services.suppliers import Suppliers
from plugins.warehouse.settings import WarehouseSettings

PATH: Final = "warehouse/article"
LIST: Final = "warehouse/articles"
FIELDS: Final = {"price_cents": "price", "supplier_id": "supplier"}
"""Column → its field in the form, where they differ."""


def draw(
    *,
    articles: Articles,
    deletion: Deletion,
    lots: Lots,
    movements: Movements,
    suppliers: Suppliers,
    reach: Reach,
    history: History,
    settings: WarehouseSettings,
    params: ArticleParams,
    principal: Principal,
) -> None:
    """Draw the page."""
    announce()
    key = params.id
    article = looked_up(lambda: articles.get(key), LIST) if key is not None else None
    if article is None and key is not None:
        return
    may_edit = principal.may("warehouse.edit")
    with page_header(article.name if article else "warehouse.article.new", _subtitle(article)):
        _actions(deletion, article, may_edit=may_edit)
    choices = suppliers.choices()
    if article is not None and article.deleted_at is not None:
        _deleted(deletion, article, may_edit=may_edit)
    elif article is not None:
        _figures(article, reach, settings)
        if article.supplier_id is not None:
            _bought_at(article.supplier_id, choices)
        _places(article, lots.shelves(article.id))
        if may_edit:
            _empty_lots(deletion, article)
    if article is not None:
        with block("warehouse.movements.title"), card(text("warehouse.movements.title"), key=f"{PATH}/moved"):
            found = movements.stretch(MovementFilter(article_id=article.id), rows=10)
            movement_table(found.rows, key=f"{PATH}/movements", of_one_article=True)
    if may_edit and (article is None or article.deleted_at is None):
        edit_data(articles, article, choices)
    if article is not None:
        _history(history, article, choices, settings, may_edit=may_edit)


def _history(
    history: History, article: Article, choices: dict[int, str], settings: WarehouseSettings, *, may_edit: bool
) -> None:
    def told(field: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if field == "price_cents":
            return money(int(value), settings.currency)
        if field == "minimum_stock":
            return plain_number(plain(Decimal(value)), language())
        if field == "active":
            return text("warehouse.yes" if value else "warehouse.no")
        if field == "supplier_id":
            return choices.get(int(value), text("warehouse.supplier.ended"))
        return text(f"warehouse.unit.{value}") if field == "unit" else str(value)

    def bring_back(version_id: int) -> str:
        history.bring_back(article.id, version_id)
        Draft(f"{PATH}/{article.id}").begin_anew()
        return text("warehouse.history.brought_back")

    allowed = may_edit and article.deleted_at is None
    versions = history.of_article(article.id)
    history_card(versions, told, FIELDS, key=f"{PATH}/{article.id}", bring_back=bring_back if allowed else None)


def _subtitle(article: Article | None) -> str:
    if article is None:
        return "warehouse.article.new.subtitle"
    return " · ".join(filter(None, (article.number, article.category, article.barcode)))


def _actions(deletion: Deletion, article: Article | None, *, may_edit: bool) -> None:
    if st.button(text("warehouse.back"), key=f"{PATH}/back", icon=":material/arrow_back:"):
        back(LIST)
    if article is None or not may_edit or article.deleted_at is not None:
        return
    sure = text("warehouse.article.delete.sure")
    delete_button(f"{PATH}/{article.id}", sure, lambda: _delete(deletion, article))
    if st.button(text("warehouse.article.book"), key=f"{PATH}/book", type="primary", icon=":material/swap_horiz:"):
        navigate("warehouse/movements", article=article.id)


def _delete(deletion: Deletion, article: Article) -> str:
    deletion.delete(article.id)
    Draft(f"{PATH}/{article.id}").begin_anew()
    return text("warehouse.article.deleted", number=article.number)


def _deleted(deletion: Deletion, article: Article, *, may_edit: bool) -> None:
    when = moment(article.deleted_at) if article.deleted_at else ""
    note = text("warehouse.article.is_deleted", at=when, by=article.deleted_by)
    deleted_note(f"{PATH}/{article.id}", note, (lambda: _restore(deletion, article)) if may_edit else None)


def _restore(deletion: Deletion, article: Article) -> str:
    return text("warehouse.article.restored", number=deletion.restore(article.id).number)


def _figures(article: Article, reach: Reach, settings: WarehouseSettings) -> None:
    free = article.stock - article.reserved
    low = article.minimum_stock > 0 and free < article.minimum_stock
    metric_row(
        [
            Metric(text("warehouse.column.stock"), quantity(article.stock, article.unit)),
            Metric(text("warehouse.column.reserved"), quantity(article.reserved, article.unit)),
            Metric(
                text("warehouse.column.free"),
                quantity(free, article.unit),
                text("warehouse.article.reorder", minimum=quantity(article.minimum_stock, article.unit)) if low else "",
                "attention" if low else "neutral",
            ),
            *([_reach(reach.days(article))] if flag(REACH_ESTIMATE) else []),
            Metric(text("warehouse.column.price"), money(article.price_cents, settings.currency)),
        ]
    )


def _reach(days: int | None) -> Metric:
    label = text("warehouse.article.reach")
    if days is None:
        return Metric(label, "–", text("warehouse.article.reach.none"))
    return Metric(label, counted("warehouse.article.reach.days", days))


def _bought_at(supplier_id: int, choices: dict[int, str]) -> None:
    label = text("warehouse.article.bought_at", name=choices.get(supplier_id, text("warehouse.supplier.ended")))
    if st.button(label, key=f"{PATH}/supplier", icon=":material/local_shipping:", type="tertiary"):
        navigate("warehouse/supplier", id=supplier_id)


def _places(article: Article, shelves: Sequence[AnyRow]) -> None:
    with card(text("warehouse.article.lots"), text("warehouse.article.lots.text"), key=f"{PATH}/lots"):
        if not shelves:
            hint(text("warehouse.article.lots.none"))
            return
        columns = {
            "lot": [row[1] or "–" for row in shelves],
            "best_before": [day(row.best_before) for row in shelves],
            "place": [row.code for row in shelves],
            "quantity": [quantity(row[4], article.unit) for row in shelves],
            "reserved": [quantity(row.reserved, article.unit) for row in shelves],
        }
        table(columns, key=f"{PATH}/shelves", alt=text("warehouse.article.lots"))


def _empty_lots(deletion: Deletion, article: Article) -> None:
    lots = deletion.empty_lots(article.id)
    if not lots:
        return
    with st.expander(text("warehouse.article.empty_lots"), key=f"{PATH}/empty-lots"):
        hint(text("warehouse.article.empty_lots.text"))
        draft = Draft(f"{PATH}/{article.id}/lots")
        draft.general_faults()
        for lot in lots:
            label = f"{lot.number or '–'} · {text('warehouse.until', day=day(lot.best_before))}"
            if st.button(label, key=f"{PATH}/lot/{lot.id}", icon=":material/delete:", type="tertiary"):
                draft.attempt(lambda lot_id=lot.id: _delete_lot(deletion, lot_id))  # type: ignore[misc]


def _delete_lot(deletion: Deletion, lot_id: int) -> str:
    deletion.delete_lot(lot_id)
    return text("warehouse.article.lot_deleted")
