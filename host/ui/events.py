"""What the shell tells other parts about a reader's way through the app."""

from collections.abc import Mapping
from dataclasses import dataclass

from host.contracts.events import Event


@dataclass(frozen=True)
class PageVisited(Event):
    """A reader came to a page; not told again while the page only reruns.

    Args:
        page: its path.
        plugin: its owner.
        previous: path of the page before, empty for the first of a session.
        session_id: of the browser session.
        params: the query as the address had it.
    """

    page: str
    plugin: str
    previous: str
    user_id: str
    session_id: str
    params: Mapping[str, str]
