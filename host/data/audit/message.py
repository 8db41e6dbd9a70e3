"""The text that a record's mac authenticates: every column but the chain's own."""

from datetime import UTC, datetime
from typing import Final

from host.data.actor import Actor

_ABSENT: Final = "\x01"
_CONTROL: Final = dict.fromkeys(range(32), " ")
FORMAT: Final = "1"


def one_line(text: str | None) -> str | None:
    """Return `text` without control characters, which separate the parts of a message."""
    return text if text is None or text.isprintable() else text.translate(_CONTROL)


def head(at: datetime, actor: Actor, key_id: str) -> str:
    """Return the part that all records of one write share."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (actor.user_id, actor.name, actor.plugin, actor.page, actor.correlation_id)
    return "\0".join((FORMAT, key_id, moment, *(_ABSENT if part is None else part for part in parts)))


def message(shared: str, record_id: int, told: tuple[str, str, str, str]) -> str:
    """Return the whole text of one record: what it shares, its id, and table, key, action and changes."""
    return f"{shared}\0{record_id}\0" + "\0".join(told)
