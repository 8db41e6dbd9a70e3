"""Units of quantities: their names, what people write for them, and how finely each can be divided."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from plugins.warehouse.folding import fold


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    Args:
        code: as stored and shown through the text ``warehouse.unit.<code>``.
        decimals: digits after the decimal separator that make sense.
        aliases: what files and people write, folded.
    """

    code: str
    decimals: int
    aliases: tuple[str, ...]

    def fits(self, quantity: Decimal) -> bool:
        """Tell whether `quantity` is not divided more finely than the unit allows."""
        return quantity == round(quantity, self.decimals)


UNITS: Final = {
    unit.code: unit
    for unit in (
        Unit("pcs", 0, ("pc", "piece", "pieces", "stk", "stk.", "stuck", "stueck", "st", "st.", "ea")),
        Unit("kg", 3, ("kilo", "kilogramm", "kilogram")),
        Unit("g", 0, ("gr", "gramm", "gram")),
        Unit("l", 3, ("liter", "litre", "ltr")),
        Unit("m", 3, ("meter", "metre", "mtr", "lfm")),
        Unit("m2", 3, ("qm", "m²", "sqm")),
        Unit("box", 0, ("karton", "kartons", "ktn", "carton", "kiste")),
        Unit("pack", 0, ("packung", "pkg", "pck", "paket", "pckg")),
        Unit("pair", 0, ("paar", "pr")),
        Unit("roll", 0, ("rolle", "rollen", "rl")),
        Unit("pallet", 0, ("palette", "paletten", "pal")),
    )
}
_BY_ALIAS: Final = {fold(name): unit for unit in UNITS.values() for name in (unit.code, *unit.aliases)}


def find_unit(text: str) -> Unit | None:
    """Return the unit that `text` means, or ``None``."""
    return _BY_ALIAS.get(fold(text))
