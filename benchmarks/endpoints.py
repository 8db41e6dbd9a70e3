"""Every question that the warehouse's pages and routes ask, answered by the plugin and naively."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from benchmarks.naive import ROWS, Naive, article_row
from host import Database
from plugins.warehouse.api import StockApi
from plugins.warehouse.exporting.listing import Exports
from plugins.warehouse.services.articles import ArticleFilter, Articles
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import MovementFilter, Movements
from plugins.warehouse.services.order_lookup import OrderFilter, OrderLookup
from plugins.warehouse.services.overview import Overview
from plugins.warehouse.services.paging import START, ListPlace, Part, Window
from plugins.warehouse.services.places import Places
from plugins.warehouse.services.reach import Reach
from plugins.warehouse.settings import WarehouseSettings

Answer = Callable[[], Any]
WORDS: Final = "tee gross"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One question; both answers must be equal."""

    name: str
    optimised: Answer
    naive: Answer


class Plugin:
    """The plugin's own services on a database."""

    def __init__(self, database: Database) -> None:
        settings = WarehouseSettings()
        self.warning_days = settings.expiry_warning_days
        self.articles = Articles(database)
        self.lots = Lots(database, settings)
        self.movements = Movements(database, events=None)  # type: ignore[arg-type]  # reads only
        self.orders = OrderLookup(database)
        self.overview = Overview(database, settings)
        self.places = Places(database)
        self.reach = Reach(database, "accurate")
        self.exports = Exports(database)
        self.api = StockApi(database)


def endpoints(database: Database) -> list[Endpoint]:
    """Return every endpoint, asked about rows in the middle of the data."""
    plugin, naive = Plugin(database), Naive(database)
    some = plugin.articles.find(ArticleFilter(), Window(20)).rows[0]
    order = plugin.orders.find(OrderFilter(state="open"), Window(3)).rows[0]
    return [
        *_start(plugin, naive),
        *_lists(plugin, naive),
        *_article(plugin, naive, some.id, some.number),
        Endpoint("an order", lambda: _order(plugin, order.id), lambda: naive.order(order.id)),
        Endpoint("places", plugin.places.codes, naive.places),
        Endpoint(
            "export, all",
            lambda: [article_row(row) for row in plugin.exports.articles(ArticleFilter())],
            naive.everything,
        ),
    ]


def _start(plugin: Plugin, naive: Naive) -> Sequence[Endpoint]:
    days = plugin.warning_days
    return [
        Endpoint("start: figures", lambda: _figures(plugin), lambda: naive.figures(days)),
        Endpoint(
            "start: history",
            lambda: [(d.day, d.incoming, d.outgoing, d.value) for d in plugin.overview.history()],
            naive.history,
        ),
        Endpoint(
            "start: low stock",
            lambda: [(r.id, r.number, r.free, r.minimum_stock) for r in plugin.overview.low()],
            naive.low,
        ),
        Endpoint(
            "start: expiring",
            lambda: [(r[0], r[1], r[2], r[3], r[5]) for r in plugin.lots.expiring()],
            lambda: naive.expiring(days),
        ),
        Endpoint("start: newest", lambda: _movements(plugin, MovementFilter(), 8), lambda: naive.movements(rows=8)),
    ]


def _lists(plugin: Plugin, naive: Naive) -> Sequence[Endpoint]:
    most, out = Window(3, sort="-stock"), MovementFilter(kind="out")
    far = ListPlace(before=plugin.movements.find(out, Window(39)).rows[-1].id)
    return [
        Endpoint("articles", lambda: _articles(plugin, ArticleFilter(), Window()), naive.articles),
        Endpoint(
            "articles, page 40", lambda: _articles(plugin, ArticleFilter(), Window(40)), lambda: naive.articles(page=40)
        ),
        Endpoint(
            "articles, searched",
            lambda: _articles(plugin, ArticleFilter(WORDS), Window()),
            lambda: naive.articles(WORDS),
        ),
        Endpoint(
            "articles, low",
            lambda: _articles(plugin, ArticleFilter(low=True), Window()),
            lambda: naive.articles(low=True),
        ),
        Endpoint(
            "articles, most first",
            lambda: _articles(plugin, ArticleFilter(), most),
            lambda: naive.articles(key=lambda a: (-a.stock, -a.id), page=3),
        ),
        Endpoint("categories", plugin.articles.categories, naive.categories),
        Endpoint("movements", lambda: _movements(plugin, MovementFilter()), naive.movements),
        Endpoint(
            "movements, page 40",
            lambda: _movements(plugin, out, place=far),
            lambda: naive.movements(kind="out", page=40),
        ),
        Endpoint(
            "movements, searched", lambda: _movements(plugin, MovementFilter(WORDS)), lambda: naive.movements(WORDS)
        ),
        Endpoint("orders", lambda: _orders(plugin, OrderFilter()), naive.orders),
        Endpoint(
            "orders, open", lambda: _orders(plugin, OrderFilter(state="open")), lambda: naive.orders(state="open")
        ),
        Endpoint(
            "orders, searched", lambda: _orders(plugin, OrderFilter("Löwenzahn")), lambda: naive.orders("Löwenzahn")
        ),
    ]


def _article(plugin: Plugin, naive: Naive, id_: int, number: str) -> Sequence[Endpoint]:
    article = plugin.articles.get(id_)
    mine, wanted = MovementFilter(article_id=id_), Decimal(40)
    return [
        Endpoint("an article", lambda: article_row(plugin.articles.get(id_)), lambda: naive.by_number(number)),
        Endpoint(
            "an article: shelves",
            lambda: [tuple(row)[:5] for row in plugin.lots.shelves(id_)],
            lambda: naive.shelves(id_),
        ),
        Endpoint(
            "an article: movements",
            lambda: _movements(plugin, mine, 10),
            lambda: naive.movements(article_id=id_, rows=10),
        ),
        Endpoint("an article: reach", lambda: plugin.reach.days(article), lambda: naive.went_out(article)),
        Endpoint(
            "picking",
            lambda: [(p.lot.id, p.quantity) for p in plugin.lots.suggest(id_, wanted)],
            lambda: naive.suggest(id_, wanted),
        ),
        Endpoint("stock, for others", lambda: _level(plugin, number), lambda: _naive_level(naive, number)),
    ]


def _figures(plugin: Plugin) -> tuple[int, ...]:
    found = plugin.overview.figures()
    return (found.articles, found.value_cents, found.low, found.expiring, found.open_orders)


def _listed(part: Part[Any], row: Callable[[Any], tuple[Any, ...]]) -> tuple[int, list[tuple[Any, ...]]]:
    return part.total, [row(each) for each in part.rows]


def _articles(plugin: Plugin, wanted: ArticleFilter, window: Window) -> Any:
    return _listed(plugin.articles.find(wanted, window), article_row)


def _movements(plugin: Plugin, wanted: MovementFilter, rows: int = ROWS, place: ListPlace = START) -> Any:
    names = ("id", "at", "kind", "quantity", "number", "lot", "source", "target")
    return [tuple(getattr(row, name) for name in names) for row in plugin.movements.stretch(wanted, rows, place).rows]


def _orders(plugin: Plugin, wanted: OrderFilter) -> Any:
    names = ("id", "number", "customer", "state", "lines", "reserved_lines")
    return [tuple(getattr(row, name) for name in names) for row in plugin.orders.stretch(wanted, ROWS).rows]


def _order(plugin: Plugin, order_id: int) -> Any:
    found = plugin.orders.get(order_id)
    lines = [(row.position, row.number, row.quantity, row.reserved, row.free) for row in found.lines]
    lots = [(row.position, row.number, row.lot, row.quantity) for row in found.reservations]
    return (found.order.id, found.order.number, found.order.customer), lines, lots


def _level(plugin: Plugin, number: str) -> Any:
    level = plugin.api.level(number)
    return level and (level.number, level.stock, level.free)


def _naive_level(naive: Naive, number: str) -> Any:
    row = naive.by_number(number)
    return row and (row[1], row[4], row[5])
