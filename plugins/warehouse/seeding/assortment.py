"""The example company's assortment and customers, the same every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from plugins.warehouse.services.article_input import ArticleInput


@dataclass(frozen=True, slots=True)
class Group:
    """A product group.

    Args:
        shelf_life: days until best before, 0 for goods that don't expire.
    """

    name: str
    unit: str
    price_cents: int
    shelf_life: int
    goods: tuple[str, ...]
    kinds: tuple[str, ...]


GROUPS: Final = (
    Group(
        "Tee", "kg", 2190, 540,
        ("Grüntee Sencha", "Earl Grey", "Ostfriesische Mischung", "Früchtetee Süßkirsche", "Pfefferminze", "Rooibos"),
        ("lose", "Bio, lose", "Geschenkdose", "Großpackung", "Beutel"),
    ),
    Group(
        "Kaffee", "kg", 1850, 360,
        ("Espresso Süditalien", "Röstung Äthiopien", "Hausmischung", "Kolumbien Hochland", "Entkoffeiniert"),
        ("ganze Bohne", "gemahlen", "Bio, ganze Bohne", "Probierpackung", "Großpackung", "Fairtrade", "Dose"),
    ),
    Group(
        "Öle und Essige", "l", 1240, 480,
        ("Olivenöl extra vergine", "Rapsöl", "Walnussöl", "Weißweinessig", "Aceto Balsamico", "Kürbiskernöl"),
        ("0,5 l", "1 l", "Kanister 5 l", "Bio 0,5 l", "Geschenkflasche"),
    ),
    Group(
        "Süßwaren", "pcs", 349, 240,
        ("Nougatwürfel", "Mürbegebäck", "Marzipanbrot", "Früchteriegel", "Pfeffernüsse", "Schokoladentäfelchen"),
        ("Zartbitter", "Vollmilch", "ohne Zucker", "Großpackung", "Weiß"),
    ),
    Group(
        "Gewürze", "kg", 3280, 720,
        ("Kümmel", "Paprika edelsüß", "Pfeffer schwarz", "Kurkuma", "Zimtstangen"),
        ("ganz", "gemahlen", "Bio", "Streudose", "Nachfüllbeutel"),
    ),
    Group(
        "Verpackung", "pack", 799, 0,
        ("Bodenbeutel", "Geschenkkarton", "Füllmaterial", "Etiketten weiß", "Schleifenband grün"),
        ("klein", "mittel", "groß", "extra groß", "Sortiment"),
    ),
    Group(
        "Zubehör", "pcs", 1495, 0,
        ("Teekanne Glas", "Kaffeemühle", "Gewürzmörser", "Ölkännchen"),
        ("0,5 l", "1 l", "schwarz", "weiß", "grün", "rot", "Geschenkset"),
    ),
)  # fmt: skip
CUSTOMERS: Final = (
    "Feinkost Müller GmbH", "Café Löwenzahn", "Teehaus Jørgensen", "Gasthof Zum Bären", "Bäckerei Weiß & Söhne",
    "Hotel Königshof", "Genussladen Großmann", "Kantine Stadtwerke", "Bioladen Grünfink", "Kaffeerösterei Özdemir",
)  # fmt: skip
MAKERS: Final = (
    "Hansen",
    "Öztürk & Co.",
    "Großhandel Süd",
    "La Maison",
    "Bördekontor",
    "Nordlicht",
    "Bergmann",
    "Æther",
)
ARTICLES: Final = 200


@dataclass(frozen=True, slots=True)
class Example:
    """An example article with what its movements need to know."""

    entered: ArticleInput
    group: Group


def examples() -> list[Example]:
    """Return the example articles."""
    return list(_all())[:ARTICLES]


def variant(index: int, number: str) -> Example:
    """Return one of as many articles as are wanted: goods of the assortment as different makers offer them."""
    group = GROUPS[index % len(GROUPS)]
    made, good = divmod(index // len(GROUPS), len(group.goods))
    maker, kind = divmod(made, len(group.kinds))
    name = f"{group.goods[good]}, {group.kinds[kind]}, {MAKERS[maker % len(MAKERS)]} {maker + 1}"
    entered = ArticleInput(
        number=number,
        name=name,
        category=group.name,
        unit=group.unit,
        barcode=_ean(f"427{index:09}"),
        price_cents=group.price_cents + index * 37 % 900,
        minimum_stock=Decimal(index * 7 % 60),
    )
    return Example(entered, group)


def _all() -> Iterator[Example]:
    for hundred, group in enumerate(GROUPS, start=1):
        pairs = [(goods, kind) for goods in group.goods for kind in group.kinds]
        for count, (goods, kind) in enumerate(pairs, start=1):
            yield Example(_article(hundred * 1000 + count, group, f"{goods}, {kind}"), group)


def _article(number: int, group: Group, name: str) -> ArticleInput:
    return ArticleInput(
        number=str(number),
        name=name,
        category=group.name,
        unit=group.unit,
        barcode=_ean(f"426{number:09}"),
        price_cents=group.price_cents + number * 37 % 900,
        minimum_stock=Decimal(number * 7 % 30),
    )


def _ean(digits: str) -> str:
    """Return twelve digits with their check digit (GS1: weights 1 and 3)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
