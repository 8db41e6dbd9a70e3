"""The change feed: what one process changed reaches every process, in the order of commits, and nothing is missed."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final, final

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from host.data.clock import now
from host.data.database import Database
from host.data.faults import NoUnitOfWorkError
from host.data.feed.listener import Listener
from host.data.feed.subscribers import Subscriber, Subscribers
from host.data.feed.wakeup import CHANNEL
from host.data.tables import ChangeRow
from host.data.unit_of_work import UnitOfWork
from host.logs import get_logger

_log: Final = get_logger(__name__)
_LOCK_KEY: Final = 0x48_6F_6C_65
"""Advisory lock under which PostgreSQL hands out `seq` until the commit, so that both have one order."""
_BATCH: Final = 500
PRUNE_EVERY_S: Final = 600.0

_Change = tuple[str, str]
Taken = Callable[[int], None]
"""Takes the `seq` of the newest change of a topic that every subscriber here has taken."""


@final
class ChangeFeed:
    """Publishes changes in the writer's transaction and hands every process's changes to the subscribers here.

    Args:
        database: where the changes are written and read.
        retention_s: seconds for which changes are kept; a process that was away for longer is told that anything
            may have changed.
    """

    def __init__(self, database: Database, *, retention_s: float = 24 * 3600.0) -> None:
        self._database = database
        self._retention_s = retention_s
        self._subscribers = Subscribers()
        self._listener = Listener(database, self._read_on)
        self._last: int | None = None
        self._reading = threading.Lock()
        self._taken: dict[str, Taken] = {}
        self._to_confirm: set[str] = set()
        self.every(PRUNE_EVERY_S, self.prune)

    def publish(self, topic: str, key: str = "") -> None:
        """Say in the current unit of work that something changed; the same thing said twice is delivered once.

        Args:
            topic: what kind of thing; up to 100 characters.
            key: which one, up to 400 characters; empty for all of the topic.

        Raises:
            NoUnitOfWorkError: there is no unit of work whose commit would publish it.
            ReadOnlyUnitError: the unit of work is read-only.
        """
        unit = self._database.current()
        if unit is None:
            problem = f"A change of {topic!r} was published outside a unit of work."
            raise NoUnitOfWorkError(problem, remedy="Publish inside database.begin() or run_tx().")
        unit.at_commit(_write, (topic, key))

    def subscribe(self, topic: str, call: Subscriber) -> Callable[[], None]:
        """Call `call(key)` in the listener's thread for each change of `topic`; return how to unsubscribe.

        An empty key means that anything of the topic may have changed.
        """
        return self._subscribers.add(topic, call)

    def taken(self, topic: str, call: Taken) -> None:
        """Call `call(seq)` whenever all subscribers of `topic` have taken what was read; one call a topic.

        Each is told first that anything may have changed, so that what it read before the feed began is not old.
        """
        with self._reading:
            self._taken[topic] = call
            self._last = self._newest() if self._last is None else self._last
            self._confirm({topic} if self._subscribers.tell(topic, "") else ())

    def catch_up(self) -> None:
        """Hand every change committed by now to the subscribers here, in the calling thread.

        Raises:
            NoUnitOfWorkError: called inside a unit of work, whose changes nobody else can see yet.
        """
        if self._database.current() is not None:
            problem = "The change feed was asked to catch up inside a unit of work."
            raise NoUnitOfWorkError(problem, remedy="Call it after the commit.")
        self._read_on()

    def every(self, interval_s: float, call: Callable[[], None]) -> None:
        """Also run `call` in the listener's thread every `interval_s` seconds; it should be quick."""
        self._listener.every(interval_s, call)

    def start(self) -> None:
        """Start the listener's thread; every change committed after this call is delivered."""
        if self._last is None:
            self._last = self._listener.attempt(self._newest)
        self._listener.start()

    def stop(self) -> None:
        """Stop the listener's thread and wait for it; stopping twice is no error."""
        self._listener.stop()

    def prune(self) -> None:
        """Remove changes older than the retention; the newest stays, so that a late reader sees that it is late."""

        def remove(unit: UnitOfWork) -> None:
            oldest_kept = now(unit.session) - timedelta(seconds=self._retention_s)
            newest = select(func.max(ChangeRow.seq)).scalar_subquery()
            unit.session.execute(delete(ChangeRow).where(ChangeRow.at < oldest_kept, ChangeRow.seq < newest))

        self._database.run_tx(remove)

    def _newest(self) -> int:
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(select(func.max(ChangeRow.seq))) or 0

    def _read_on(self) -> None:
        with self._reading:
            if self._last is None:
                self._last = self._newest()
                self._confirm(self._subscribers.tell_all())
            self._confirm(())
            while changes := self._next(self._last):
                self._hand_on(changes)

    def _hand_on(self, changes: Sequence[tuple[int, str, str]]) -> None:
        topics, refused = set(), set()
        for seq, topic, key in changes:
            topics.add(topic)
            if not self._subscribers.tell(topic, key):
                refused.add(topic)
            self._last = seq
        self._confirm(topics - refused)

    def _confirm(self, topics: Iterable[str]) -> None:
        self._to_confirm.update(self._taken.keys() & set(topics))
        for topic in tuple(self._to_confirm):
            if self._last is not None:
                self._taken[topic](self._last)
                self._to_confirm.discard(topic)

    def _next(self, last: int) -> Sequence[tuple[int, str, str]]:
        newer = select(ChangeRow.seq, ChangeRow.topic, ChangeRow.key).where(ChangeRow.seq > last)
        with self._database.begin(readonly=True) as unit:
            rows = unit.session.execute(newer.order_by(ChangeRow.seq).limit(_BATCH)).all()
            # After the rows: whatever is pruned in between makes a gap too many, never one too few.
            oldest = unit.session.scalar(select(func.min(ChangeRow.seq)))
        if oldest is not None and oldest > last + 1:
            _log.warning("changes were pruned before this process read them", first=last + 1, last=oldest - 1)
            self._confirm(self._subscribers.tell_all())
        return rows


def _write(session: Session, changes: list[_Change]) -> None:
    """Insert the changes as the transaction's last statements, so that `seq` rises in the order of commits.

    On SQLite the whole transaction is exclusive already.
    """
    moment = now(session)
    rows = [{"topic": topic, "key": key, "at": moment} for topic, key in dict.fromkeys(changes)]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    session.execute(insert(ChangeRow), rows)
