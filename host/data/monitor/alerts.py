"""What of the figures is worth an alert: slow answers, and loops that ask once per item."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from host.data.database import Database
from host.data.monitor.report import Report
from host.data.monitor.slow import moment

if TYPE_CHECKING:
    from host.config import DatabaseConfig

LOOK_BACK_MINUTES: Final = 5
LEAST_STATEMENTS: Final = 100
"""Fewer statements in that time say nothing about a quantile."""
RECENT: Final = timedelta(minutes=15)


def alerts(database: Database, config: "DatabaseConfig") -> list[str]:
    """Return one sentence for each thing that somebody should look at."""
    if not config.monitor:
        return []
    report = Report(database)
    return [*_slowness(report, config.p95_budget_ms), *_loops(report)]


def _slowness(report: Report, budget_ms: float) -> Iterator[str]:
    summary = report.summary(LOOK_BACK_MINUTES)
    if summary.statements.count >= LEAST_STATEMENTS and summary.p95_ms > budget_ms:
        yield f"p95 of statements is {summary.p95_ms:.0f} ms, the budget {budget_ms:.0f} ms: app db slow"


def _loops(report: Report) -> Iterator[str]:
    recent = [each for each in report.findings(most=20) if each.last_seen > moment() - RECENT]
    if recent:
        more = f" and {len(recent) - 1} more" if len(recent) > 1 else ""
        yield f"N+1 at {recent[0].site}{more}: app db nplus1"
