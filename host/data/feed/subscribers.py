"""Who listens to which topic in this process; one raising subscriber never keeps a change from another."""

import threading
from collections.abc import Callable
from typing import Final, final

from host.data.faults import is_lost
from host.logs import get_logger, report_error

_log: Final = get_logger(__name__)

Subscriber = Callable[[str], None]
"""Takes the key of what changed; empty when anything of the topic may have changed."""


@final
class Subscribers:
    """The subscribers of one process by topic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_topic: dict[str, list[Subscriber]] = {}

    def add(self, topic: str, call: Subscriber) -> Callable[[], None]:
        """Add a subscriber and return the function that removes it."""
        with self._lock:
            self._by_topic.setdefault(topic, []).append(call)

        def remove() -> None:
            with self._lock:
                if call in self._by_topic[topic]:
                    self._by_topic[topic].remove(call)

        return remove

    def tell(self, topic: str, key: str) -> bool:
        """Tell the subscribers of `topic`; return whether all of them took it."""
        with self._lock:
            calls = tuple(self._by_topic.get(topic, ()))
        taken = True
        for call in calls:
            taken = _tell(call, topic, key) and taken
        return taken

    def tell_all(self) -> frozenset[str]:
        """Tell every subscriber that anything of its topic may have changed; return the topics that all took."""
        with self._lock:
            topics = tuple(self._by_topic)
        return frozenset(topic for topic in topics if self.tell(topic, ""))


def _tell(call: Subscriber, topic: str, key: str) -> bool:
    try:
        call(key)
    except BaseException as error:
        if is_lost(error):
            # The listener reads this change again once the database is back, so the subscriber misses nothing.
            raise
        report_error(_log, error, part="subscriber of the change feed", topic=topic, key=key)
        return False
    return True
