"""What happened at the example company in the last months, worked out without a database, the same every time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from plugins.warehouse.seeding.assortment import Example
from plugins.warehouse.services.ledger import Kind

MOVEMENTS: Final = 2_000
DAYS: Final = 120
PLACES: Final = ("HL-01", "HL-02", "HL-03", "KÜHL-01", "LADEN")
SEED: Final = 20_260_115


@dataclass(frozen=True, slots=True)
class Happening:
    """One movement.

    Args:
        day: days before today.
        lot: number of the lot.
        best_before: days after today, ``None`` for goods that don't expire.
    """

    day: int
    example: int
    kind: Kind
    lot: str
    quantity: Decimal
    source: str | None
    target: str | None
    best_before: int | None
    note: str


@dataclass(slots=True)
class _Lot:
    number: str
    best_before: int | None
    places: dict[str, Decimal]


def happenings(examples: Sequence[Example]) -> list[Happening]:
    """Return the movements, oldest first; none takes more than is there."""
    chance = random.Random(SEED)  # noqa: S311 -- example data, no secret
    lots: list[list[_Lot]] = [[] for _ in examples]
    found: list[Happening] = []
    for count in range(MOVEMENTS):
        day = DAYS - DAYS * count // MOVEMENTS
        index = count % len(examples) if count < len(examples) else chance.randrange(len(examples))
        found.append(_next(chance, index, examples[index], lots[index], day))
    return found


def _next(chance: random.Random, index: int, example: Example, lots: list[_Lot], day: int) -> Happening:
    filled = [(lot, place) for lot in lots for place, there in lot.places.items() if there > 4]
    if not filled or chance.random() < 0.2:
        return _arrival(chance, index, example, lots, day)
    lot, place = filled[0]
    quantity = Decimal(chance.randint(1, max(1, int(lot.places[place]) // 3)))
    lot.places[place] -= quantity
    kind: Kind = chance.choices(("out", "transfer", "correction"), weights=(8, 2, 1))[0]
    target = None
    if kind == "transfer":
        target = chance.choice([code for code in PLACES if code != place])
        lot.places[target] = lot.places.get(target, Decimal(0)) + quantity
    note = {"out": "Abholung", "transfer": "Nachfüllen", "correction": "Bruch"}[kind]
    return Happening(day, index, kind, lot.number, quantity, place, target, lot.best_before, note)


def _arrival(chance: random.Random, index: int, example: Example, lots: list[_Lot], day: int) -> Happening:
    life = example.group.shelf_life
    best_before = chance.randint(life // 3, life) - day if life else None
    number = f"L{DAYS - day:03}-{index:03}-{len(lots) + 1}" if life else ""
    place = chance.choice(PLACES)
    quantity = Decimal(chance.randint(8, 60))
    lot = next((known for known in lots if known.number == number), None)
    if lot is None:
        lot = _Lot(number, best_before, {})
        lots.append(lot)
    lot.places[place] = lot.places.get(place, Decimal(0)) + quantity
    return Happening(day, index, "in", number, quantity, None, place, best_before, f"Lieferschein {7000 + day * 10}")
