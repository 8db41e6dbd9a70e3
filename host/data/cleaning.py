"""How long the host keeps rows of its own: the policies that `app clean` runs beside those of plugins."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from host.contributions import RetentionPolicy
from host.data.access_tables import AlertAnswerRow, SecurityEventRow
from host.data.processes import FORGET_S
from host.data.protection.tables import RevealRow
from host.data.tables import ChangeRow, ProcessRow
from host.data.tasks import TaskRow

KEEP_CHANGES_S: Final = 24 * 3600.0
"""Seconds for which changes are kept, as long as a listener may be away without reading everything anew."""
KEEP_TASKS_DAYS: Final = 90
"""Days for which tasks that ended are kept."""
KEEP_REVEALS_DAYS: Final = 3 * 365
"""Days for which it is kept who had a masked field shown."""


def host_policies(security_days: int) -> Sequence[RetentionPolicy]:
    """Return the retention policies of the host's own tables.

    Args:
        security_days: days for which security events and answers to alerts are kept.
    """
    security = timedelta(days=security_days)
    # The newest change stays: from it a listener that comes late sees that it is late.
    newest = select(func.max(ChangeRow.seq)).scalar_subquery()
    ended = TaskRow.state.in_(("done", "cancelled"))
    return (
        RetentionPolicy(name="processes", table=ProcessRow, age="heartbeat", keep=timedelta(seconds=FORGET_S)),
        RetentionPolicy(
            name="changes",
            table=ChangeRow,
            age="at",
            keep=timedelta(seconds=KEEP_CHANGES_S),
            condition=ChangeRow.seq < newest,
        ),
        RetentionPolicy(
            name="tasks", table=TaskRow, age="updated", keep=timedelta(days=KEEP_TASKS_DAYS), condition=ended
        ),
        RetentionPolicy(name="security_events", table=SecurityEventRow, age="at", keep=security),
        RetentionPolicy(name="alert_answers", table=AlertAnswerRow, age="at", keep=security),
        RetentionPolicy(name="reveals", table=RevealRow, age="at", keep=timedelta(days=KEEP_REVEALS_DAYS)),
    )
