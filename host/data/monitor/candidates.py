"""Chooses the statements whose plans are worth asking for: the slow ones, then those that take most time."""

from collections.abc import Iterable, Mapping
from typing import Final, final

from host.data.monitor.buckets import OTHER, Figures, Key
from host.data.monitor.ledger import Ledger
from host.data.monitor.plans import explainable
from host.data.monitor.slow import SlowStatement

WORTH_S: Final = 0.05
"""Seconds that a shape has to take between two writes to count as frequent."""
MOST_WAITING: Final = 100


@final
class Candidates:
    """Statements by fingerprint, with their text as the driver got it, waiting for their turn."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: dict[str, str] = {}

    def consider(self, collected: Mapping[Key, Figures], slow: Iterable[SlowStatement]) -> None:
        """Add the statements worth a plan among those that were just seen."""
        for each in slow:
            self._add(each.statement)
        frequent = [(figures.seconds, key.name) for key, figures in collected.items() if key.kind == "statement"]
        for seconds, statement in sorted(frequent, reverse=True):
            if seconds < WORTH_S:
                break
            self._add(statement)

    def take(self, most: int) -> list[tuple[str, str]]:
        """Return up to `most` of them as fingerprint and statement; they wait no longer."""
        taken = list(self._waiting.items())[:most]
        for fingerprint, _ in taken:
            del self._waiting[fingerprint]
        return taken

    def _add(self, statement: str) -> None:
        if len(self._waiting) < MOST_WAITING and explainable(statement):
            shape = self._ledger.shape_of(statement)
            if shape.fingerprint != OTHER:
                self._waiting.setdefault(shape.fingerprint, statement)
