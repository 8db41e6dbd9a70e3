"""Where the services get the time from; tests hand over a clock that they can move."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, with zone UTC."""


def utc_now() -> datetime:
    """Return the present moment by this machine's clock."""
    return datetime.now(UTC)
