"""The database as operators see it; every reading checks the permission of who looks."""

from dataclasses import dataclass

from host import Database, authorize
from host.data.engines.pools import PoolFigures
from host.data.monitor.advice import IndexReport, advise
from host.data.monitor.locks import Blocked, blocked
from host.data.monitor.readings import (
    FindingReading,
    PageReading,
    PoolReading,
    SlowReading,
    StatementReading,
    Summary,
)
from host.data.monitor.report import Report
from plugins.admin.permissions import DATABASE


@dataclass(frozen=True)
class DatabaseWindow:
    """What the monitor of all processes knows.

    Args:
        database: the app's own.
        minutes: how far to look back.
    """

    database: Database
    minutes: int

    def summary(self) -> Summary:
        """Return the whole."""
        return self._report().summary(self.minutes)

    def statements(self) -> list[StatementReading]:
        """Return the shapes that took most time."""
        return self._report().statements(self.minutes)

    def pages(self) -> list[PageReading]:
        """Return the pages that ran."""
        return self._report().pages(self.minutes)

    def slow(self) -> list[SlowReading]:
        """Return the latest slow statements."""
        return self._report().slow()

    def findings(self) -> list[FindingReading]:
        """Return loops that ask once per item."""
        return self._report().findings()

    def pools(self) -> list[PoolReading]:
        """Return the pools of every process."""
        return self._report().pools()

    def pools_here(self) -> tuple[PoolFigures, ...]:
        """Return the pools of this process, right now."""
        authorize(DATABASE)
        return self.database.engines.figures()

    def blocked(self) -> list[Blocked]:
        """Return who waits for whose lock."""
        authorize(DATABASE)
        return blocked(self.database)

    def indexes(self) -> IndexReport:
        """Return advice on indexes."""
        authorize(DATABASE)
        return advise(self.database)

    def _report(self) -> Report:
        """Return the readings.

        Raises:
            PermissionDeniedError: the reader may not see this.
        """
        authorize(DATABASE)
        return Report(self.database)
