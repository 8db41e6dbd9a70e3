"""What is wrong with one setting, where it was written, and how to fix it."""

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; its text is one line."""

    code: str
    """Stable, to search for and to document: ``CFG-PROD-DEBUG``."""
    what: str
    where: str
    """File and line, variable or option that the value came from."""
    fix: str
    setting: str = ""
    """Dotted name of the setting, where the fault is one setting's."""

    def __str__(self) -> str:
        return f"{self.code}: {self.what} ({self.where}). {self.fix}"


def nearest(name: str, known: list[str]) -> str:
    """Return ``Did you mean X?``, or an empty text where nothing is close."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else ""
