"""An order as entered, and what makes it acceptable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from plugins.warehouse.faults import Fault, InputError

LENGTHS: Final = {"number": 40, "customer": 200, "note": 200}
MOST_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class LineInput:
    """So much of that article."""

    article_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderInput:
    """An order to create.

    Args:
        number: empty for the next free one.
    """

    customer: str
    lines: Sequence[LineInput]
    number: str = ""
    due: date | None = None
    note: str = ""


def check_order(entered: OrderInput) -> None:
    """Raise `InputError` with every fault of the order's own fields; articles are looked at on creation."""
    faults = list(_faults(entered))
    if faults:
        raise InputError(*faults)


def _faults(entered: OrderInput) -> Iterator[Fault]:
    if not entered.customer.strip():
        yield Fault("warehouse.error.customer_missing", "customer")
    for name, longest in LENGTHS.items():
        text = str(getattr(entered, name)).strip()
        if len(text) > longest:
            yield Fault("warehouse.error.too_long", name, {"longest": str(longest), "length": str(len(text))})
        if not text.isprintable():
            yield Fault("warehouse.error.control_character", name, {"value": ascii(text)})
    if not entered.lines:
        yield Fault("warehouse.error.lines_missing", "lines")
    if len(entered.lines) > MOST_LINES:
        yield Fault("warehouse.error.lines_many", "lines", {"most": str(MOST_LINES)})
    for line in entered.lines:
        if line.quantity <= 0:
            yield Fault("warehouse.error.quantity_positive", "lines", {"value": str(line.quantity)})
