"""Who acts: the values that an audit record and a statistic carry; the kernel says them, the data layer only asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, final


@final
@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes, from where.

    Args:
        user_id: id of the principal; ``system`` where nobody is signed in, such as a start or a heartbeat.
        name: as people know them.
        plugin: id of the plugin whose code runs, if any.
        page: path of the page that runs, if any.
        correlation_id: leads to the log lines of the same run, request or command.
        looking: whether they only look at the app through somebody else's eyes; then the database takes no write.
    """

    user_id: str
    name: str
    plugin: str | None = None
    page: str | None = None
    correlation_id: str | None = None
    looking: bool = False


SYSTEM: Final = Actor("system", "system")

ActorSource = Callable[[], Actor]
"""Says who acts right now, in this context."""


def nobody() -> Actor:
    """Return the actor of code that runs outside the app."""
    return SYSTEM
