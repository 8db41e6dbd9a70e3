"""Counts attempts before they are looked at: each one beyond the free ones waits longer, none for ever."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from host import Database, UnitOfWork
from plugins.auth.clock import Clock, utc_now
from plugins.auth.models import Attempts
from plugins.auth.services.lanes import Lane

FIRST_DELAY_S: Final = 10
LONGEST_DELAY_S: Final = 15 * 60
FORGOTTEN_AFTER: Final = timedelta(hours=2)
"""Without another attempt for so long, counting begins anew; longer than the longest delay."""


class Lockout:
    """Counts attempts in lanes, exactly, however many come at once and to however many processes."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def count(self, lanes: Sequence[Lane]) -> int:
        """Count an attempt in every lane and return 0, or the seconds to wait; then nothing was counted."""
        return self._database.run_tx(lambda unit: self._count(unit.session, lanes))

    def forgive(self, lanes: Sequence[Lane]) -> None:
        """Take the attempts of who turned out right out of the lanes; from a shared one only the last."""

        def work(unit: UnitOfWork) -> None:
            rows = _locked(unit.session, [lane.key for lane in lanes])
            for lane in lanes:
                _give_back(rows.get(lane.key), lane, all_of_it=not lane.shared)

        self._database.run_tx(work)

    def take_back(self, lanes: Sequence[Lane]) -> None:
        """Undo one `count`: the attempt was never looked at."""

        def work(unit: UnitOfWork) -> None:
            rows = _locked(unit.session, [lane.key for lane in lanes])
            for lane in lanes:
                _give_back(rows.get(lane.key), lane, all_of_it=False)

        self._database.run_tx(work)

    def _count(self, session: Session, lanes: Sequence[Lane]) -> int:
        now = self._clock()
        _ensure(session, [lane.key for lane in lanes], now)
        rows = _locked(session, [lane.key for lane in lanes])
        waits = [_seconds_left(rows[lane.key], now) for lane in lanes]
        if any(waits):
            return max(waits)
        for lane in lanes:
            row = rows[lane.key]
            row.count = 1 if now - row.last_at > FORGOTTEN_AFTER else row.count + 1
            row.last_at = now
            # Set before the attempt is looked at: whoever comes at the same time finds the lane closed.
            row.blocked_until = _blocked_until(row.count, lane, now)
        return 0


def delay_s(count: int, free: int) -> int:
    """Return the seconds to wait after `count` attempts."""
    beyond = count - free
    return 0 if beyond < 0 else int(min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(beyond, 20)))


def _blocked_until(count: int, lane: Lane, now: datetime) -> datetime | None:
    wait_s = delay_s(count, lane.free)
    return now + timedelta(seconds=wait_s) if wait_s else None


def _seconds_left(row: Attempts, now: datetime) -> int:
    if row.blocked_until is None or row.blocked_until <= now:
        return 0
    left_s = (row.blocked_until - now).total_seconds()
    # Further away than any delay: the clock was set back, which must lock nobody out.
    return int(left_s) + 1 if left_s <= LONGEST_DELAY_S else 0


def _give_back(row: Attempts | None, lane: Lane, *, all_of_it: bool) -> None:
    if row is None:
        return
    row.count = 0 if all_of_it else max(0, row.count - 1)
    if delay_s(row.count, lane.free) == 0:
        row.blocked_until = None


def _ensure(session: Session, keys: Collection[bytes], now: datetime) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"key": key, "count": 0, "last_at": now} for key in sorted(keys)]
    session.execute(insert(Attempts).on_conflict_do_nothing(), rows)


def _locked(session: Session, keys: Collection[bytes]) -> dict[bytes, Attempts]:
    """Return the rows by key, locked in the order of keys, so that two attempts never block each other."""
    query = select(Attempts).where(Attempts.key.in_(keys)).order_by(Attempts.key).with_for_update()
    return {row.key: row for row in session.scalars(query.execution_options(populate_existing=True))}
