"""Keeps the monitor's tables small: minutes become hours, and what is old goes."""

import time
from collections import defaultdict
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from host.data.monitor.buckets import MINUTE_S, Figures
from host.data.monitor.figures import NUMBERS, figures_of
from host.data.monitor.slow import moment
from host.data.monitor.tables import FigureRow, FindingRow, PoolRow, ShapeRow, SlowRow

KEEP_MINUTES: Final = 120
"""Minutes for which figures are kept minute by minute; then they are added up to hours."""
KEEP_DAYS: Final = 14
"""Days for which hours, slow statements, findings and shapes are kept."""
MOST_SLOW: Final = 2000
"""Slow statements that are kept."""
_HOUR: Final = 60
_AT_ONCE: Final = 5000


def tidy(session: Session) -> None:
    """Add up old minutes and remove what is too old; processes that do so at once share the work."""
    now = int(time.time()) // MINUTE_S
    _add_up(session, (now - KEEP_MINUTES) // _HOUR * _HOUR)
    session.execute(delete(FigureRow).where(FigureRow.minute < now - KEEP_DAYS * 24 * _HOUR))
    oldest = moment() - timedelta(days=KEEP_DAYS)
    session.execute(delete(SlowRow).where(SlowRow.at < oldest))
    surplus = session.scalar(select(SlowRow.id).order_by(SlowRow.id.desc()).offset(MOST_SLOW).limit(1))
    if surplus is not None:
        session.execute(delete(SlowRow).where(SlowRow.id <= surplus))
    session.execute(delete(PoolRow).where(PoolRow.at < moment() - timedelta(days=1)))
    session.execute(delete(FindingRow).where(FindingRow.last_seen < oldest))
    session.execute(delete(ShapeRow).where(ShapeRow.last_seen < oldest))


def _add_up(session: Session, before: int) -> None:
    oldest = select(FigureRow.id).where(FigureRow.minute < before, FigureRow.span == 1).limit(_AT_ONCE)
    columns = (FigureRow.minute, FigureRow.kind, FigureRow.name, FigureRow.page, FigureRow.plugin, *NUMBERS)
    # Whoever deletes a row adds it up: of two processes at it the second finds it gone.
    gone = session.execute(delete(FigureRow).where(FigureRow.id.in_(oldest)).returning(*columns)).all()
    hours: dict[tuple[Any, ...], Figures] = defaultdict(Figures)
    for row in gone:
        hours[row.minute // _HOUR * _HOUR, row.kind, row.name, row.page, row.plugin].merge(figures_of(row))
    rows = [_row(key, figures) for key, figures in hours.items()]
    if rows:
        session.execute(insert(FigureRow), rows)


def _row(key: tuple[Any, ...], figures: Figures) -> dict[str, Any]:
    minute, kind, name, page, plugin = key
    named = {"minute": minute, "kind": kind, "name": name, "page": page, "plugin": plugin}
    numbers = {column.key: getattr(figures, column.key) for column in NUMBERS}
    return named | numbers | {"span": _HOUR, "process": "", "histogram": figures.histogram.encode()}
