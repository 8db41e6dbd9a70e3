"""Orders: created, reserved by first expiring first, released, shipped, cancelled."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host import Database, EventBus, Principal, authorize
from plugins.warehouse.api import StockChanged
from plugins.warehouse.faults import refuse
from plugins.warehouse.folding import fold
from plugins.warehouse.models import Article
from plugins.warehouse.order_models import Order, OrderLine
from plugins.warehouse.services.ledger import lock_articles
from plugins.warehouse.services.order_input import OrderInput, check_order
from plugins.warehouse.services.reservations import OpenOrder
from plugins.warehouse.units import UNITS

T = TypeVar("T")
ATTEMPTS: Final = 50
"""Numbers that others may take first, all at once, before an order without one is refused."""


class Orders:
    """Changes orders and what is reserved for them; each call is one transaction."""

    def __init__(self, database: Database, events: EventBus) -> None:
        self._database = database
        self._events = events

    def create(self, entered: OrderInput) -> Order:
        """Add an order.

        Raises:
            InputError: with every fault of its fields, or the first of its lines.
        """
        by = authorize("warehouse.edit")
        check_order(entered)
        return self._database.run_tx(lambda unit: _create(unit.session, entered, by))

    def reserve(self, order_id: int) -> Decimal:
        """Reserve what is free for the order's open lines, first expiring first.

        Returns:
            how much is still missing over all lines; 0 when the order is fully reserved.
        """
        by = authorize("warehouse.edit").name
        return self._change(order_id, lambda order: order.reserve(by))

    def release(self, order_id: int) -> None:
        """Give everything back that is reserved for the order."""
        authorize("warehouse.edit")
        self._change(order_id, OpenOrder.release)

    def ship(self, order_id: int) -> bool:
        """Book out what is reserved for the order, and close it when nothing is left to ship.

        Returns:
            whether the order is closed now; otherwise lines without goods stay open.

        Raises:
            InputError: nothing is reserved, or a reserved lot has expired since.
        """
        by = authorize("warehouse.edit").name
        return self._change(order_id, lambda order: order.ship(by))

    def cancel(self, order_id: int) -> None:
        """Give back what is reserved and close the order; what was shipped stays shipped.

        Raises:
            PermissionDeniedError: somebody else placed the order, and whoever acts may cancel their own only.
        """
        authorize("warehouse.cancel")

        def cancel(order: OpenOrder) -> None:
            authorize("warehouse.cancel", order.order)
            order.cancel()

        self._change(order_id, cancel)

    def _change(self, order_id: int, change: Callable[[OpenOrder], T]) -> T:
        def work(session: Session) -> T:
            order = OpenOrder.locked(session, order_id)
            before = {article.id: (article.stock, article.reserved) for article in order.articles.values()}
            result = change(order)
            session.flush()
            for article in order.articles.values():
                if before[article.id] != (article.stock, article.reserved):
                    self._events.publish(StockChanged(article.id, article.number, article.stock, article.reserved))
            return result

        return self._database.run_tx(lambda unit: work(unit.session))


def _create(session: Session, entered: OrderInput, by: Principal) -> Order:
    # The articles' locks also keep a line's unit from changing while it is checked.
    articles = lock_articles(session, {line.article_id for line in entered.lines})
    order = _numbered(session, entered, by)
    for position, line in enumerate(entered.lines, start=1):
        _check_line(articles.get(line.article_id), line.article_id, line.quantity)
        session.add(OrderLine(order_id=order.id, position=position, article_id=line.article_id, quantity=line.quantity))
    session.flush()
    return order


def _numbered(session: Session, entered: OrderInput, by: Principal) -> Order:
    """Add the order under the number that was entered, else under the next free one.

    The unique index decides: of two that take a number at once the second waits for the first, and takes the next.
    """
    wanted = entered.number.strip()
    for _ in range(1 if wanted else ATTEMPTS):
        order = _head(entered, wanted or _next_number(session), by)
        try:
            with session.begin_nested():
                session.add(order)
        except IntegrityError:
            continue
        return order
    raise refuse("warehouse.error.order_number_taken", "number", number=order.number)


def _head(entered: OrderInput, number: str, by: Principal) -> Order:
    customer = entered.customer.strip()
    return Order(
        number=number,
        number_key=fold(number),
        customer=customer,
        customer_key=fold(customer),
        state="open",
        due=entered.due,
        note=entered.note.strip(),
        by=by.name,
        by_id=by.user_id,
        created_at=datetime.now(UTC),
    )


def _check_line(article: Article | None, article_id: int, quantity: Decimal) -> None:
    if article is None:
        raise refuse("warehouse.error.no_article", "lines", article=article_id)
    if not article.active:
        raise refuse("warehouse.error.article_inactive", "lines", article=article.number)
    if not UNITS[article.unit].fits(quantity):
        raise refuse("warehouse.error.too_fine", "lines", value=quantity)


def _next_number(session: Session) -> str:
    """Return ``<year>-<count>``; where it is taken by hand, the next free one."""
    count = (session.scalar(select(func.max(Order.id))) or 0) + 1
    year = datetime.now(UTC).year
    while session.scalar(select(Order.id).where(Order.number_key == f"{year}-{count:05}")) is not None:
        count += 1
    return f"{year}-{count:05}"
