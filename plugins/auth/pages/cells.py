"""What a role has to do with a permission, in words and with a sign."""

from collections.abc import Callable

from host import text
from host.contracts.principal import EVERY_PERMISSION
from host.ui.design import Tone, badge
from plugins.auth.services.matrix import Cell

Titled = Callable[[str], str]
"""Role → its title for the reader."""


def cell_badge(cell: Cell, titled: Titled) -> str:
    """Return the cell as a badge."""
    return badge(cell_words(cell, titled), _tone(cell))


def cell_words(cell: Cell, titled: Titled) -> str:
    """Return the cell in words."""
    if cell.inherited_from:
        return text(f"auth.page.cell.{'inherited' if cell.held else 'denied_by'}", role=titled(cell.inherited_from))
    return text(f"auth.page.cell.{_own(cell)}", pattern=cell.pattern)


def _own(cell: Cell) -> str:
    """Return what decides where no role further up does: an exact word before a wider one before the default."""
    if cell.explicit == "deny":
        return "denied"
    if not cell.held:
        return "wide_denied" if cell.pattern else "withheld" if cell.explicit == "none" else "not"
    if cell.explicit == "grant":
        return "granted"
    if cell.pattern:
        return "everything" if cell.pattern == EVERY_PERMISSION else "wide"
    return "default"


def _tone(cell: Cell) -> Tone:
    if cell.held:
        return "good"
    denied = cell.explicit == "deny" or cell.inherited_from or cell.pattern
    return "bad" if denied else "attention" if cell.explicit == "none" else "neutral"
