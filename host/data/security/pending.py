"""Events that wait to be written: equal ones are counted, and a flood takes no more memory than an ordinary day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from host.security.events import SecurityEvent

MOST: Final = 2000
"""Different events that wait at most."""
MOST_ORDINARY: Final = 1600
"""From here on only warnings and alerts find room, so that a flood of ordinary events hides none of them."""
LONGEST: Final = 300
"""Characters that are kept of one value of the detail."""
MOST_DETAILS: Final = 20
_MINUTE_S: Final = 60

Key = tuple[int, str, str, str, str, str, str, str]


@final
@dataclass(slots=True)
class Pending:
    """One event and how often it happened."""

    event: SecurityEvent
    detail: dict[str, Any]
    times: int = 1


def key_of(event: SecurityEvent, detail: Mapping[str, Any]) -> Key:
    """Return what two events of the same minute have in common if they are one row."""
    minute = int(event.at.timestamp()) // _MINUTE_S
    told = json.dumps(detail, sort_keys=True, default=str)
    return minute, event.kind, event.severity, event.user_id, event.client, event.session, event.device, told


def bounded(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a detail that is cheap to keep: few values, none of them long."""
    return {cut(str(name), 60): _value(value) for name, value in list(detail.items())[:MOST_DETAILS]}


def cut(text: str, longest: int) -> str:
    """Return the beginning of `text`, without the character that PostgreSQL stores nowhere."""
    return text[:longest].replace("\0", "\N{REPLACEMENT CHARACTER}")


def minute_of(key: Key) -> int:
    """Return the minute that a key belongs to."""
    return key[0]


def minute_at(moment: datetime) -> int:
    """Return the number of a moment's minute."""
    return int(moment.timestamp()) // _MINUTE_S


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [cut(str(each), LONGEST) for each in list(value)[:MOST_DETAILS]]
    return cut(str(value), LONGEST)
