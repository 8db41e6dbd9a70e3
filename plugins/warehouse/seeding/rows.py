"""Turns an article's history into the rows of the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from plugins.warehouse.folding import fold
from plugins.warehouse.seeding.frame import Frame, request_id
from plugins.warehouse.seeding.trade import History, Step
from plugins.warehouse.services.ledger import value_cents

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A history whose article and lots have ids.

    Args:
        lots: number → id.
    """

    history: History
    article_id: int
    lots: Mapping[str, int]


def article_values(frame: Frame, known: History) -> Values:
    """Return the article's row."""
    entered = known.example.entered
    return {
        "number": entered.number,
        "number_key": fold(entered.number),
        "name": entered.name,
        "name_key": fold(entered.name),
        "category": entered.category or "",
        "category_key": fold(entered.category or ""),
        "unit": entered.unit or "pcs",
        "barcode": entered.barcode or "",
        "price_cents": entered.price_cents or 0,
        "minimum_stock": entered.minimum_stock or Decimal(0),
        "stock": Decimal(known.stock),
        "reserved": Decimal(known.reserved),
        "created_at": frame.at(known.index, 0),
        "updated_at": frame.at(known.index, 0),
    }


def lot_values(frame: Frame, known: History, article_id: int) -> Iterator[Values]:
    """Yield the rows of the article's lots."""
    life = known.example.group.shelf_life
    for lot in known.lots:
        received = frame.at(known.index, lot.step).date()
        yield {
            "article_id": article_id,
            "number": lot.number,
            "best_before": received + timedelta(days=life) if life else None,
            "received_on": received,
            "quantity": Decimal(lot.quantity),
            "reserved": Decimal(known.reserved if lot is known.lots[-1] else 0),
        }


def stock_values(stored: Stored, places: Mapping[str, int]) -> Iterator[Values]:
    """Yield what lies where."""
    for lot in stored.history.lots:
        for code, quantity in lot.places.items():
            yield {"lot_id": stored.lots[lot.number], "place_id": places[code], "quantity": Decimal(quantity)}


def movement_values(frame: Frame, stored: Stored, places: Mapping[str, int], by: str) -> Iterator[Values]:
    """Yield the rows of the article's movements."""
    known = stored.history
    for position, step in enumerate(known.steps):
        at = frame.at(known.index, position)
        yield {
            "id": frame.movement_id(known.index, position),
            "at": at,
            "day": at.date(),
            "kind": step.kind,
            "article_id": stored.article_id,
            "lot_id": stored.lots[step.lot.number],
            "from_place_id": places[step.source] if step.source else None,
            "to_place_id": places[step.target] if step.target else None,
            "quantity": Decimal(step.quantity),
            "value_cents": _value(known, step),
            "order_id": frame.order_id(known.basket, position) if step.kind == "shipped" else None,
            "by": by,
            "request_id": request_id(frame.scale, known.index) if position == 0 else None,
        }


def _value(known: History, step: Step) -> int:
    change = (step.quantity if step.target else 0) - (step.quantity if step.source else 0)
    return value_cents(Decimal(change), known.example.entered.price_cents or 0)
