"""Where a larger example company's rows stand among those that are there: ids rise with time, whoever writes beside."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from plugins.warehouse.models import Movement
from plugins.warehouse.order_models import Order
from plugins.warehouse.seeding.trade import BASKET, DAYS, Scale


@dataclass(frozen=True, slots=True)
class Frame:
    """What a stopped run and the one that goes on must agree on.

    Args:
        movements: the ids of the movements begin after this one.
        orders: the ids of the orders begin after this one.
        start: moment of the first movement.
    """

    scale: Scale
    movements: int
    orders: int
    start: datetime

    @classmethod
    def found(cls, session: Session, scale: Scale) -> Self | None:
        """Return the frame of a run that has begun, read from its last article's first movement."""
        last = scale.articles - 1
        query = select(Movement.id, Movement.at).where(Movement.request_id == request_id(scale, last))
        order = select(Order.id).where(Order.number == order_number(scale, last // BASKET, scale.movements))
        marker = session.execute(query).one_or_none()
        if marker is None:
            return None
        orders = session.scalars(order).one() - _order_rank(scale, last // BASKET, scale.movements)
        return cls(scale, marker.id - last - 1, orders, marker.at - _passed(scale, last, 0))

    @classmethod
    def new(cls, session: Session, scale: Scale) -> Self:
        """Set ids aside for a whole run. What writes the last article first keeps them free on SQLite too."""
        start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=DAYS)
        baskets = -(-scale.articles // BASKET) * (scale.movements + 1)
        return cls(scale, _set_aside(session, Movement, scale.total), _set_aside(session, Order, baskets), start)

    def movement_id(self, index: int, step: int) -> int:
        """Return the id of the movement `step` of the article `index`."""
        return self.movements + step * self.scale.articles + index + 1

    def order_id(self, basket: int, step: int) -> int:
        """Return the id of the order that took the goods of `basket` at `step`."""
        return self.orders + _order_rank(self.scale, basket, step)

    def at(self, index: int, step: int) -> datetime:
        """Return when it happened."""
        return self.start + _passed(self.scale, index, step)


def request_id(scale: Scale, index: int) -> str:
    """Return what marks an article's first movement."""
    return f"seed-{scale.number(index)}"


def order_number(scale: Scale, basket: int, step: int) -> str:
    """Return an order's number."""
    return f"{scale.mark}-{basket:05}-{step:03}"


def _order_rank(scale: Scale, basket: int, step: int) -> int:
    return step * -(-scale.articles // BASKET) + basket + 1


def _passed(scale: Scale, index: int, step: int) -> timedelta:
    return timedelta(days=DAYS) * ((step * scale.articles + index) / scale.total)


def _set_aside(session: Session, model: type[Any], count: int) -> int:
    """Return the id after which `count` ids are free and stay so."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        return int(session.scalar(select(func.setval(sequence, func.nextval(sequence) + count))) or 0) - count
    return session.scalar(select(func.max(model.id))) or 0
