"""Which greeting fits the reader's time of day."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_BEGINS: Final = ((5, "morning"), (11, "day"), (18, "evening"), (22, "night"))


def greeting_key(hour: int) -> str:
    """Return the text key of the greeting at `hour`, 0 to 23."""
    begun = [part for begin, part in _BEGINS if hour >= begin]
    return f"home.greeting.{begun[-1] if begun else 'night'}"


def local_hour(now: datetime, timezone: str | None) -> int:
    """Return the reader's hour.

    Args:
        now: an aware time.
        timezone: the browser's, such as ``Europe/Berlin``; unknown ones leave `now` as it is.
    """
    try:
        return now.astimezone(ZoneInfo(timezone)).hour if timezone else now.hour
    except (ZoneInfoNotFoundError, ValueError):
        return now.hour
