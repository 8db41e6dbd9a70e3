"""What the address of the security page holds: which events are shown."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class SecurityParams(BaseModel):
    """Events that are shown; with `user` the timeline of one person.

    Args:
        kind: a kind, or an area with its dot.
        user: a person's id.
        network: an address, or the beginning of one.
        since: first day.
        until: last day.
        before: read on after this event.
    """

    kind: str = Field("", max_length=60)
    severity: Literal["", "info", "warning", "alert"] = ""
    user: str = Field("", max_length=100)
    network: str = Field("", max_length=64)
    since: date | None = None
    until: date | None = None
    before: int | None = None

    def narrowed(self, **changes: object) -> dict[str, object]:
        """Return the address of this list but for `changes`, from its newest event on."""
        values = {**self.model_dump(exclude={"before"}), **changes}
        return {name: _plain(value) for name, value in values.items() if value not in ("", None)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
