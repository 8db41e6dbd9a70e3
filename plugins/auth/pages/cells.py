"""What a role has to do with a permission, in words and with a sign."""

from collections.abc import Callable

from host import text
from host.ui.design import Tone, badge
from plugins.auth.services.matrix import Cell

Titled = Callable[[str], str]
"""Role → its title for the reader."""


def cell_badge(cell: Cell, titled: Titled) -> str:
    """Return the cell as a badge."""
    return badge(cell_words(cell, titled), _tone(cell))


def cell_words(cell: Cell, titled: Titled) -> str:
    """Return the cell in words."""
    if cell.explicit == "grant" and cell.held:
        return text("auth.page.cell.granted")
    if cell.explicit == "deny":
        return text("auth.page.cell.denied")
    if cell.inherited_from:
        return text(f"auth.page.cell.{'inherited' if cell.held else 'denied_by'}", role=titled(cell.inherited_from))
    if cell.pattern:
        return text(f"auth.page.cell.{'wide' if cell.held else 'wide_denied'}", pattern=cell.pattern)
    if cell.held:
        return text("auth.page.cell.default")
    return text("auth.page.cell.withheld" if cell.explicit == "none" else "auth.page.cell.not")


def _tone(cell: Cell) -> Tone:
    if cell.held:
        return "good"
    denied = cell.explicit == "deny" or cell.inherited_from or cell.pattern
    return "bad" if denied else "attention" if cell.explicit == "none" else "neutral"
