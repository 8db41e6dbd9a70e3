"""Keeps statements that took too long: where they come from and what kinds of values they got, never the values."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, final

MOST_KEPT: Final = 500
"""Slow statements kept until they are written; the oldest go first."""
_MOST_TYPES: Final = 30


@final
@dataclass(frozen=True, slots=True)
class SlowStatement:
    """One statement above the limit.

    Args:
        statement: as sent to the driver, with places for its values.
        site: ``file:line`` of the author's code.
        seconds: until the driver had its answer.
        parameters: names and types of its values.
    """

    at: datetime
    statement: str
    page: str
    plugin: str
    site: str
    correlation_id: str
    seconds: float
    rows: int
    parameters: str


SlowLog = deque[SlowStatement]


def slow_log() -> SlowLog:
    """Return an empty log that forgets the oldest when it is full."""
    return deque(maxlen=MOST_KEPT)


def moment() -> datetime:
    """Return now, with zone UTC."""
    return datetime.now(UTC)


def kinds(parameters: Any) -> str:
    """Return names and types of a statement's values: ``id: int, name: str``, or the types where they have no names."""
    if isinstance(parameters, Mapping):
        return _listed([f"{name}: {type(value).__name__}" for name, value in parameters.items()])
    if not isinstance(parameters, Sequence) or isinstance(parameters, str | bytes):
        return ""
    if parameters and isinstance(parameters[0], Mapping | tuple | list):
        return f"{len(parameters)} × ({kinds(parameters[0])})"
    return _listed([type(value).__name__ for value in parameters])


def _listed(words: Iterable[str]) -> str:
    named = list(words)
    more = f", … {len(named)} in all" if len(named) > _MOST_TYPES else ""
    return ", ".join(named[:_MOST_TYPES]) + more
