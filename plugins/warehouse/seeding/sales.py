"""Writes the orders of a larger example company: the shipped ones, and an open one for each basket of articles."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from host import Database, Repository
from plugins.warehouse.folding import fold
from plugins.warehouse.order_models import Order, OrderLine, Reservation
from plugins.warehouse.seeding.assortment import CUSTOMERS
from plugins.warehouse.seeding.frame import Frame, order_number
from plugins.warehouse.seeding.rows import Stored
from plugins.warehouse.seeding.trade import ORDERED

Values = dict[str, Any]
Sold = dict[tuple[int, int], list[tuple[Stored, int]]]
"""Basket and step → what left the house: which article, and how much of it."""


def write_orders(database: Database, frame: Frame, stored: Sequence[Stored], by: str) -> None:
    """Write the orders, their lines and what is reserved for them."""
    last = frame.scale.movements
    sold = _shipped(stored)
    for each in stored:
        sold.setdefault((each.history.basket, last), []).append((each, ORDERED))
    Repository(database, Order).bulk_add([_order(frame, key, key[1] < last, by) for key in sold])
    ids = Repository(database, OrderLine).bulk_add(
        [row for key, lines in sold.items() for row in _lines(frame, key, lines)]
    )
    ordered = [(each, step == last) for (_, step), lines in sold.items() for each, _ in lines]
    kept = [(line, each) for line, (each, is_open) in zip(ids, ordered, strict=True) if is_open]
    rows = [_reservation(frame, line, each, by) for line, each in kept if each.history.reserved]
    Repository(database, Reservation).bulk_add(rows)


def _shipped(stored: Sequence[Stored]) -> Sold:
    sold: Sold = {}
    for each in stored:
        for position, step in enumerate(each.history.steps):
            if step.kind == "shipped":
                sold.setdefault((each.history.basket, position), []).append((each, step.quantity))
    return sold


def _order(frame: Frame, key: tuple[int, int], shipped: bool, by: str) -> Values:
    basket, step = key
    number, customer = order_number(frame.scale, basket, step), CUSTOMERS[(basket + step) % len(CUSTOMERS)]
    at = frame.at(0, step)
    return {
        "id": frame.order_id(basket, step),
        "number": number,
        "number_key": fold(number),
        "customer": customer,
        "customer_key": fold(customer),
        "state": "shipped" if shipped else "open",
        "due": (at + timedelta(days=7)).date(),
        "by": by,
        "created_at": at,
        "closed_at": at if shipped else None,
    }


def _lines(frame: Frame, key: tuple[int, int], lines: Sequence[tuple[Stored, int]]) -> Iterator[Values]:
    basket, step = key
    for position, (each, quantity) in enumerate(lines, start=1):
        yield {
            "order_id": frame.order_id(basket, step),
            "position": position,
            "article_id": each.article_id,
            "quantity": Decimal(quantity),
            "shipped": Decimal(quantity if step < frame.scale.movements else 0),
        }


def _reservation(frame: Frame, line: int, each: Stored, by: str) -> Values:
    known = each.history
    return {
        "line_id": line,
        "lot_id": each.lots[known.lots[-1].number],
        "quantity": Decimal(known.reserved),
        "by": by,
        "at": frame.at(known.index, frame.scale.movements - 1),
    }
