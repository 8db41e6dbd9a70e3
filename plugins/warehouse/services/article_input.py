"""The master data of an article as entered or imported, and what makes it acceptable."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from plugins.warehouse.amounts import DecimalMark, UnreadableNumberError, parse_cents, parse_number
from plugins.warehouse.faults import Fault, InputError
from plugins.warehouse.units import find_unit

LENGTHS: Final = {"number": 40, "name": 200, "category": 80, "barcode": 40, "note": 2000}
REQUIRED: Final = ("number", "name")
Amount = TypeVar("Amount", int, Decimal)


@dataclass(frozen=True, slots=True)
class ArticleInput:
    """Checked master data; ``None`` means: not stated, so an existing article keeps what it has.

    Args:
        supplier_id: whom it is bought from first; 0 for nobody in particular.
    """

    number: str
    name: str
    category: str | None = None
    unit: str | None = None
    barcode: str | None = None
    note: str | None = None
    price_cents: int | None = None
    minimum_stock: Decimal | None = None
    supplier_id: int | None = None


def read_article(values: dict[str, str], mark: DecimalMark, *, complete: bool = False) -> ArticleInput:
    """Check written values, field name → text; an absent or blank one is not stated.

    Args:
        mark: decimal mark of whoever wrote them.
        complete: the values are the whole article: a blank one empties what was there.

    Raises:
        InputError: with every fault, each naming its field.
    """
    stated = {name: text for name, value in values.items() if (text := " ".join(value.split()))}
    faults = list(_text_faults(stated))
    unit = find_unit(stated["unit"]) if "unit" in stated else None
    if "unit" in stated and unit is None:
        faults.append(Fault("warehouse.error.unit", "unit", {"value": short(stated["unit"])}))
    price = _amount(stated, "price", mark, parse_cents, faults)
    minimum = _amount(stated, "minimum_stock", mark, parse_number, faults)
    if minimum is not None and minimum != round(minimum, unit.decimals if unit else 3):
        faults.append(Fault("warehouse.error.too_fine", "minimum_stock", {"value": short(stated["minimum_stock"])}))
    if faults:
        raise InputError(*faults)
    blank = "" if complete else None
    return ArticleInput(
        number=stated["number"],
        name=stated["name"],
        category=stated.get("category", blank),
        unit=unit.code if unit else None,
        barcode=stated.get("barcode", blank),
        note=stated.get("note", blank),
        price_cents=0 if complete and price is None else price,
        minimum_stock=Decimal(0) if complete and minimum is None else minimum,
    )


def short(text: str, length: int = 40) -> str:
    """Return `text` cut to `length` characters, as it is shown beside a fault."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _text_faults(stated: dict[str, str]) -> Iterator[Fault]:
    yield from (Fault(f"warehouse.error.{name}_missing", name) for name in REQUIRED if name not in stated)
    for name, longest in LENGTHS.items():
        text = stated.get(name, "")
        if len(text) > longest:
            yield Fault("warehouse.error.too_long", name, {"longest": str(longest), "length": str(len(text))})
        if not text.isprintable():
            yield Fault("warehouse.error.control_character", name, {"value": short(ascii(text))})


def _amount(
    stated: dict[str, str],
    name: str,
    mark: DecimalMark,
    parse: Callable[[str, DecimalMark], Amount],
    faults: list[Fault],
) -> Amount | None:
    if name not in stated:
        return None
    try:
        amount = parse(stated[name], mark)
    except UnreadableNumberError:
        faults.append(Fault(f"warehouse.error.{name}", name, {"value": short(stated[name])}))
        return None
    if amount < 0:
        faults.append(Fault("warehouse.error.negative", name, {"value": short(stated[name])}))
    return amount
