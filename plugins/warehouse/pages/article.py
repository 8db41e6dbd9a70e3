"""One article: where it lies, what to pick first, what moved, its master data."""

from collections.abc import Sequence

import streamlit as st

from host import Principal, back, block, navigate, text
from host.ui.design import Metric, card, metric_row, page_header
from plugins.warehouse.addresses import ArticleParams
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.formats import decimal_mark, plain_number
from plugins.warehouse.models import Article
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.movement_list import movement_table
from plugins.warehouse.pages.parts import announce, day, hint, language, money, quantity
from plugins.warehouse.pages.tables import table
from plugins.warehouse.services.article_input import read_article
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import MovementFilter, Movements
from plugins.warehouse.services.paging import Window
from plugins.warehouse.services.reach import Reach
from plugins.warehouse.settings import WarehouseSettings
from plugins.warehouse.units import UNITS

PATH = "warehouse/article"
LIST = "warehouse/articles"


def draw(
    articles: Articles,
    lots: Lots,
    movements: Movements,
    reach: Reach,
    settings: WarehouseSettings,
    *,
    params: ArticleParams,
    principal: Principal,
) -> None:
    """Draw the page."""
    announce()
    article = articles.get(params.id) if params.id is not None else None
    with page_header(article.name if article else "warehouse.article.new", _subtitle(article)):
        _actions(article, principal)
    if article is not None:
        _figures(article, reach.days(article), settings)
        _places(article, lots.shelves(article.id))
        with block("warehouse.movements.title"), card(text("warehouse.movements.title"), key=f"{PATH}/moved"):
            found = movements.find(MovementFilter(article_id=article.id), Window(rows=10))
            movement_table(found.rows, key=f"{PATH}/movements")
    if principal.may("warehouse.edit"):
        _edit(articles, article)


def _subtitle(article: Article | None) -> str:
    if article is None:
        return "warehouse.article.new.subtitle"
    return " · ".join(filter(None, (article.number, article.category, article.barcode)))


def _actions(article: Article | None, principal: Principal) -> None:
    if st.button(text("warehouse.back"), key=f"{PATH}/back", icon=":material/arrow_back:"):
        back(LIST)
    if article is None or not principal.may("warehouse.edit"):
        return
    if st.button(text("warehouse.article.book"), key=f"{PATH}/book", type="primary", icon=":material/swap_horiz:"):
        navigate("warehouse/movements", article=article.id)


def _figures(article: Article, days: int | None, settings: WarehouseSettings) -> None:
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
            Metric(
                text("warehouse.article.reach"),
                "–" if days is None else text("warehouse.article.reach.days", days=days),
                text("warehouse.article.reach.none") if days is None else "",
            ),
            Metric(text("warehouse.column.price"), money(article.price_cents, settings.currency)),
        ]
    )


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
        table(
            columns, key=f"{PATH}/shelves", alt=text("warehouse.article.lots")
        )  # fmt: skip


def _edit(articles: Articles, article: Article | None) -> None:
    name = f"{PATH}/{article.id if article else 'new'}"
    with card(text("warehouse.article.data"), key=f"{PATH}/data"):
        draft = Draft(name)
        # The version that the reader began with: a later one means that somebody else saved in between.
        version = st.session_state.setdefault(draft.key("version"), article.version if article else 0)
        values, active = _fields(draft, article)
        draft.general_faults()
        if st.button(text("warehouse.save"), key=f"{name}/save", type="primary", icon=":material/save:"):
            draft.attempt(lambda: _save(articles, article, values, version, active=active))
        if article is not None and article.version != version:
            st.warning(text("warehouse.article.changed"), icon=":material/sync_problem:")
            if st.button(text("warehouse.article.load"), key=f"{name}/load"):
                draft.attempt(lambda: text("warehouse.article.loaded"))


def _fields(draft: Draft, article: Article | None) -> tuple[dict[str, str], bool]:
    left, right = st.columns(2)
    values: dict[str, str] = {}
    with left:
        for field in ("number", "name", "category", "barcode"):
            values[field] = draft.text(field, getattr(article, field) if article else "")
    with right:
        options = list(UNITS)
        values["unit"] = draft.choice("unit", options, article.unit if article else "pcs", format_func=_unit)
        values["price"] = draft.text("price", _price(article))
        values["minimum_stock"] = draft.text("minimum_stock", _minimum(article))
        active = draft.tick("active", article.active) if article else True
    values["note"] = draft.area("note", article.note if article else "")
    return values, active


def _unit(code: str) -> str:
    return text(f"warehouse.unit.{code}")


def _price(article: Article | None) -> str:
    if article is None:
        return ""
    return f"{article.price_cents / 100:.2f}".replace(".", decimal_mark(language()))


def _minimum(article: Article | None) -> str:
    return plain_number(article.minimum_stock, language()) if article else ""


def _save(articles: Articles, article: Article | None, values: dict[str, str], version: int, *, active: bool) -> str:
    entered = read_article(values, decimal_mark(language()), complete=True)
    if article is not None:
        articles.change(article.id, entered, version, active=active)
        return text("warehouse.saved")
    made = articles.create(entered)
    return text("warehouse.article.created", number=made.number)
