"""The pages as the menu lists them; Streamlit is imported by the first visit, not by the start of a command."""

from typing import Final

from host import Page, Principal
from plugins.warehouse.addresses import (
    ArticleParams,
    ArticlesParams,
    ImportParams,
    MovementsParams,
    OrderParams,
    OrdersParams,
    SupplierParams,
    SuppliersParams,
)
from plugins.warehouse.exporting.prepared import PreparedExports
from plugins.warehouse.importing.imports import Imports
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.deletion import Deletion
from plugins.warehouse.services.history import History
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import Movements
from plugins.warehouse.services.order_lookup import OrderLookup
from plugins.warehouse.services.orders import Orders
from plugins.warehouse.services.overview import Overview
from plugins.warehouse.services.places import Places
from plugins.warehouse.services.reach import Reach
from plugins.warehouse.services.suppliers import Suppliers
from plugins.warehouse.settings import WarehouseSettings

SECTION: Final = "warehouse.section"


def _overview(
    overview: Overview, lots: Lots, movements: Movements, settings: WarehouseSettings, principal: Principal
) -> None:
    from plugins.warehouse.pages.overview import draw

    draw(overview, lots, movements, settings, principal)


def _articles(
    *,
    articles: Articles,
    deletion: Deletion,
    prepared_exports: PreparedExports,
    settings: WarehouseSettings,
    params: ArticlesParams,
    principal: Principal,
) -> None:
    from plugins.warehouse.pages.articles import draw

    draw(articles, deletion, prepared_exports, settings, params=params, principal=principal)


def _article(
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
    from plugins.warehouse.pages.article import draw

    draw(
        articles=articles,
        deletion=deletion,
        lots=lots,
        movements=movements,
        suppliers=suppliers,
        reach=reach,
        history=history,
        settings=settings,
        params=params,
        principal=principal,
    )


def _suppliers(
    suppliers: Suppliers, settings: WarehouseSettings, params: SuppliersParams, principal: Principal
) -> None:
    from plugins.warehouse.pages.suppliers import draw

    draw(suppliers, settings, params, principal)


def _supplier(
    suppliers: Suppliers, articles: Articles, history: History, params: SupplierParams, principal: Principal
) -> None:
    from plugins.warehouse.pages.supplier import draw

    draw(suppliers, articles, history, params, principal)


def _movements(
    *,
    articles: Articles,
    lots: Lots,
    places: Places,
    movements: Movements,
    settings: WarehouseSettings,
    params: MovementsParams,
    principal: Principal,
) -> None:
    from plugins.warehouse.pages.movements import draw

    draw(articles, lots, places, movements, settings, params=params, principal=principal)


def _orders(order_lookup: OrderLookup, settings: WarehouseSettings, params: OrdersParams, principal: Principal) -> None:
    from plugins.warehouse.pages.orders import draw

    draw(order_lookup, settings, params, principal)


def _order(
    articles: Articles, orders: Orders, order_lookup: OrderLookup, params: OrderParams, principal: Principal
) -> None:
    from plugins.warehouse.pages.order import draw

    draw(articles, orders, order_lookup, params, principal)


def _imports(imports: Imports, params: ImportParams) -> None:
    from plugins.warehouse.pages.imports import draw

    draw(imports, params)


PAGES: Final = (
    Page(
        path="warehouse/overview",
        title="warehouse.overview.title",
        summary="warehouse.overview.subtitle",
        render=_overview,
        permission="warehouse.read",
        icon=":material/warehouse:",
        section=SECTION,
        order=10,
    ),
    Page(
        path="warehouse/articles",
        title="warehouse.articles.title",
        summary="warehouse.articles.subtitle",
        render=_articles,
        permission="warehouse.read",
        icon=":material/inventory_2:",
        section=SECTION,
        order=20,
    ),
    Page(
        path="warehouse/article",
        title="warehouse.article.title",
        render=_article,
        permission="warehouse.read",
        icon=":material/inventory_2:",
        section=SECTION,
        menu=False,
    ),
    Page(
        path="warehouse/suppliers",
        title="warehouse.suppliers.title",
        summary="warehouse.suppliers.subtitle",
        render=_suppliers,
        permission="warehouse.read",
        icon=":material/local_shipping:",
        section=SECTION,
        order=45,
    ),
    Page(
        path="warehouse/supplier",
        title="warehouse.supplier.title",
        render=_supplier,
        permission="warehouse.read",
        icon=":material/local_shipping:",
        section=SECTION,
        menu=False,
    ),
    Page(
        path="warehouse/movements",
        title="warehouse.movements.title",
        summary="warehouse.movements.subtitle",
        render=_movements,
        permission="warehouse.read",
        icon=":material/swap_horiz:",
        section=SECTION,
        order=30,
    ),
    Page(
        path="warehouse/orders",
        title="warehouse.orders.title",
        summary="warehouse.orders.subtitle",
        render=_orders,
        permission="warehouse.read",
        icon=":material/receipt_long:",
        section=SECTION,
        order=40,
    ),
    Page(
        path="warehouse/order",
        title="warehouse.order.one",
        render=_order,
        permission="warehouse.read",
        icon=":material/receipt_long:",
        section=SECTION,
        menu=False,
    ),
    Page(
        path="warehouse/import",
        title="warehouse.import.title",
        summary="warehouse.import.subtitle",
        render=_imports,
        permission="warehouse.import",
        icon=":material/upload_file:",
        section=SECTION,
        order=50,
    ),
)
