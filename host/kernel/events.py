"""Typed events between plugins: after commit, handlers isolated, a handler that keeps failing is paused."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from host.contracts.events import Event
from host.data import Database
from host.hookspecs import Handler
from host.logs import get_logger, report_error
from host.one_line import describe

FAILURES_TO_PAUSE: Final = 5
PAUSE_S: Final = 60.0
_log = get_logger(__name__)


@dataclass
class Subscription:
    """One plugin's handler of one event type, with its breaker.

    Args:
        paused_until: monotonic seconds until which the handler is left out, 0 while it works.
    """

    plugin: str
    handler: Handler
    failures: int = 0
    paused_until: float = 0.0
    dropped: int = 0
    last_error: str = ""


@dataclass
class EventBus:
    """Delivers events in this process. Delivery is best effort: what must happen is a job.

    Args:
        database: whose unit of work delays a delivery until it has committed.
        clock: monotonic seconds.
    """

    database: Database
    clock: Callable[[], float] = time.monotonic
    _subscriptions: dict[type[Event], list[Subscription]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self, plugin: str, kind: type[Event], handler: Handler) -> None:
        """Let `handler` hear every event of `kind` and its subclasses."""
        with self._lock:
            self._subscriptions.setdefault(kind, []).append(Subscription(plugin, handler))

    def unsubscribe(self, plugin: str) -> None:
        """Forget every handler of `plugin`."""
        with self._lock:
            for kind, found in self._subscriptions.items():
                self._subscriptions[kind] = [each for each in found if each.plugin != plugin]

    def publish(self, event: Event) -> None:
        """Deliver `event`: at once, or after the outer commit when a unit of work is open; never after a rollback."""
        unit = self.database.current()
        if unit is None:
            self._deliver(event)
        else:
            unit.after_commit(lambda: self._deliver(event))

    def paused(self) -> list[Subscription]:
        """Return the handlers that are left out at the moment."""
        now = self.clock()
        return [each for found in self._subscriptions.values() for each in found if each.paused_until > now]

    def _deliver(self, event: Event) -> None:
        for kind in type(event).__mro__:
            for subscription in self._subscriptions.get(kind, ()):
                self._call(subscription, event)

    def _call(self, subscription: Subscription, event: Any) -> None:
        if subscription.paused_until > self.clock():
            subscription.dropped += 1
            return
        try:
            subscription.handler(event)
            subscription.failures = 0
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._note(subscription, event, error)

    def _note(self, subscription: Subscription, event: Event, error: BaseException) -> None:
        subscription.failures += 1
        subscription.last_error = describe(error)
        report_error(_log, error, plugin=subscription.plugin, event_type=type(event).__name__)
        if subscription.failures >= FAILURES_TO_PAUSE:
            subscription.paused_until = self.clock() + PAUSE_S
            _log.warning("event handler paused", plugin=subscription.plugin, seconds=PAUSE_S)
