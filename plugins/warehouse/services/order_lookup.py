"""Reads orders: the list, and one with its lines and reservations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, func, select

from host import INCLUDE_DELETED, Database, authorize
from plugins.warehouse.columns import AnyRow, AnySelect
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import fold, matches
from plugins.warehouse.models import Article, Lot
from plugins.warehouse.order_models import Order, OrderLine, Reservation
from plugins.warehouse.services.articles import free_stock
from plugins.warehouse.services.paging import START, ListPlace, Part, Stretch, Window, read_part, read_stretch

OrderState = Literal["open", "shipped", "cancelled"]
STATES: Final[tuple[OrderState, ...]] = ("open", "shipped", "cancelled")
SORTS: Final = {"created": Order.id, "number": Order.number_key, "customer": Order.customer_key, "due": Order.due}


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders to show; `text` searches number and customer."""

    text: str = ""
    state: str = ""

    def condition(self) -> ColumnElement[bool]:
        """Return the filter as SQL."""
        parts = [matches(self.text, Order.number_key, Order.customer_key)]
        if self.state:
            parts.append(Order.state == self.state)
        return and_(*parts)


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order with its lines (and what is reserved for each) and the reserved lots."""

    order: Order
    lines: Sequence[AnyRow]
    reservations: Sequence[AnyRow]


class OrderLookup:
    """Reads orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, wanted: OrderFilter, window: Window) -> Part[AnyRow]:
        """Return one page of orders, the newest first where the window names no order."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            shown = window if window.sort else Window(window.page, window.rows, "-created")
            return read_part(unit.session, _listing(wanted), shown, SORTS)

    def stretch(self, wanted: OrderFilter, rows: int, place: ListPlace = START) -> Stretch[AnyRow]:
        """Return some orders, newest first, from a place in the list on."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return read_stretch(unit.session, _listing(wanted), place, rows)

    def numbered(self, number: str) -> Order | None:
        """Return the order of that number, without its lines; ``None`` if there is none."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(select(Order).where(Order.number_key == fold(number)))

    def get(self, order_id: int) -> OrderDetail:
        """Return an order with everything on it; `InputError` if there is none."""
        authorize("warehouse.read")
        reserved = (
            select(func.coalesce(func.sum(Reservation.quantity), 0))
            .where(Reservation.line_id == OrderLine.id)
            .scalar_subquery()
        )
        lines = (
            select(OrderLine.id, OrderLine.position, OrderLine.quantity, OrderLine.shipped, reserved.label("reserved"))
            .add_columns(Article.id.label("article_id"), Article.number, Article.name, Article.unit)
            .add_columns(free_stock().label("free"))
            .join(Article, Article.id == OrderLine.article_id)
            .where(OrderLine.order_id == order_id)
            .order_by(OrderLine.position)
            .options(INCLUDE_DELETED)
        )
        lots = (
            select(OrderLine.position, Article.number, Lot.number.label("lot"), Lot.best_before, Reservation.quantity)
            .add_columns(Article.unit)
            .join(OrderLine, OrderLine.id == Reservation.line_id)
            .join(Lot, Lot.id == Reservation.lot_id)
            .join(Article, Article.id == Lot.article_id)
            .where(OrderLine.order_id == order_id)
            .order_by(OrderLine.position, Lot.best_before.asc().nulls_last(), Lot.id)
        )
        with self._database.begin(readonly=True) as unit:
            order = unit.session.get(Order, order_id)
            if order is None:
                raise refuse("warehouse.error.no_order", order=order_id)
            return OrderDetail(order, unit.session.execute(lines).all(), unit.session.execute(lots).all())


def _listing(wanted: OrderFilter) -> AnySelect:
    lines = select(func.count()).where(OrderLine.order_id == Order.id).scalar_subquery()
    reserved = (
        select(func.count(OrderLine.id.distinct()))
        .join(Reservation, Reservation.line_id == OrderLine.id)
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
    )
    query = select(Order.id, Order.number, Order.customer, Order.state, Order.due, Order.created_at).add_columns(
        lines.label("lines"), reserved.label("reserved_lines")
    )
    return query.where(wanted.condition())
