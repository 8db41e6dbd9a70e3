"""How a larger example company traded: each article's history, worked out without a database, the same every time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from plugins.warehouse.seeding.assortment import Example, variant
from plugins.warehouse.services.ledger import Kind

DAYS: Final = 720
"""Days from the first movement to the last."""
PLACES: Final = tuple(f"R{row:02}-{level}" for row in range(1, 21) for level in "AB")
FIRST_DELIVERY: Final = range(150, 400)
KINDS: Final[tuple[Kind, ...]] = ("out", "shipped", "transfer", "correction")
WEIGHTS: Final = (5, 3, 2, 1)
BASKET: Final = 3
"""Articles whose goods leave the house in one order."""
ORDERED: Final = 5
"""Units that the open order wants of each of its articles."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the company is.

    Args:
        mark: first letter of its articles' numbers.
        movements: of each article.
        block: movements that are written in one transaction, at most.
    """

    mark: str
    articles: int
    movements: int
    block: int = 10_000

    @property
    def total(self) -> int:
        """Movements in all."""
        return self.articles * self.movements

    @property
    def blocks(self) -> list[range]:
        """Indices of the articles of each block; the last articles come first."""
        size = max(BASKET, self.block // self.movements // BASKET * BASKET)
        starts = range(0, self.articles, size)
        return [range(start, min(start + size, self.articles)) for start in starts][::-1]

    def number(self, index: int) -> str:
        """Return an article's number."""
        return f"{self.mark}{index:06}"

    def example(self, index: int) -> Example:
        """Return an article's master data."""
        return variant(index, self.number(index))


MEDIUM: Final = Scale("M", 2_000, 50)
LARGE: Final = Scale("L", 10_000, 100)


@dataclass(slots=True)
class TradedLot:
    """One lot: when it came, and what lies where in the end, in whole units."""

    number: str
    step: int
    places: dict[str, int] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        """What is left of it."""
        return sum(self.places.values())


@dataclass(frozen=True, slots=True)
class Step:
    """One movement; its position among the article's movements says when it was."""

    kind: Kind
    lot: TradedLot
    quantity: int
    source: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to one article."""

    index: int
    example: Example
    lots: list[TradedLot]
    steps: list[Step]

    @property
    def basket(self) -> int:
        """The articles that are ordered together with it."""
        return self.index // BASKET

    @property
    def stock(self) -> int:
        """What is left of all lots."""
        return sum(lot.quantity for lot in self.lots)

    @property
    def reserved(self) -> int:
        """What of the newest lot is kept for the open order, if it is."""
        return 0 if self.basket % 2 else min(ORDERED, self.lots[-1].quantity)


def history(scale: Scale, index: int) -> History:
    """Return the history of the article `index`; nothing is taken that isn't there."""
    chance = random.Random(f"{scale.mark}{index}")  # noqa: S311 -- example data, no secret
    example = scale.example(index)
    lots: list[TradedLot] = []
    return History(index, example, lots, list(_steps(chance, lots, scale.movements)))


def _steps(chance: random.Random, lots: list[TradedLot], count: int) -> Iterator[Step]:
    filled: list[TradedLot] = []
    for step in range(count):
        filled = [lot for lot in filled if lot.quantity > 8]
        if not filled or chance.random() < 0.03:
            lot = TradedLot(f"{step:03}-{chance.randrange(10_000):04}", step)
            lots.append(lot)
            filled.append(lot)
            yield _move(lot, "in", chance.choice(FIRST_DELIVERY), None, chance.choice(PLACES))
            continue
        yield _next(chance, filled[0])


def _next(chance: random.Random, lot: TradedLot) -> Step:
    place, there = max(lot.places.items(), key=lambda each: each[1])
    kind = chance.choices(KINDS, weights=WEIGHTS)[0]
    target = None
    if kind == "transfer":
        target = chance.choice([code for code in PLACES if code != place])
    return _move(lot, kind, chance.randint(1, max(1, there // 5)), place, target)


def _move(lot: TradedLot, kind: Kind, quantity: int, source: str | None, target: str | None) -> Step:
    if source is not None:
        lot.places[source] -= quantity
    if target is not None:
        lot.places[target] = lot.places.get(target, 0) + quantity
    return Step(kind, lot, quantity, source, target)
