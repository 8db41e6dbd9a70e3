"""Logs what the monitor found, each thing at most once an hour."""

import time
from collections.abc import Callable, Iterable
from typing import Final, final

from host.data.monitor.findings import NPlusOne
from host.data.monitor.shapes import Shape
from host.data.monitor.slow import SlowStatement
from host.logs import get_logger

AGAIN_AFTER_S: Final = 3600.0
"""Seconds for which the same loop, or a slow statement of the same shape, is not logged again."""
_LONGEST_SQL: Final = 500
_log: Final = get_logger("host.data.monitor")


@final
class News:
    """Remembers what was told."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def tell_slow(self, slow: Iterable[tuple[Shape, SlowStatement]]) -> None:
        """Log slow statements without their values."""
        for shape, each in slow:
            if self._is_news(shape.fingerprint):
                _log.warning(
                    "slow statement",
                    line=each.site,
                    ms=round(each.seconds * 1000),
                    shape=shape.fingerprint,
                    sql=shape.text[:_LONGEST_SQL],
                    page=each.page or None,
                    of_run=each.correlation_id or None,
                )

    def tell_loops(self, findings: Iterable[NPlusOne], say: Callable[..., object] = _log.warning) -> None:
        """Log loops with their cures.

        Args:
            say: logs them; in commands less loudly, since whoever runs one can rarely cure it.
        """
        for each in findings:
            if self._is_news(f"{each.kind} {each.site} {each.page} {each.subject}"):
                say(f"N+1: {each.message}", cure=each.cure)

    def _is_news(self, what: str) -> bool:
        now = time.monotonic()
        self._told = {key: at for key, at in self._told.items() if at > now - AGAIN_AFTER_S}
        return self._told.setdefault(what, now) == now
