"""Reads the monitor's tables: the picture that all processes draw together."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final, TypeVar, final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from host.data.database import Database
from host.data.monitor.buckets import MINUTE_S, Figures, Kind
from host.data.monitor.figures import NUMBERS, figures_of
from host.data.monitor.readings import FindingReading, PageReading, PoolReading, SlowReading, StatementReading, Summary
from host.data.monitor.slow import moment
from host.data.monitor.tables import FigureRow, FindingRow, PoolRow, ShapeRow, SlowRow
from host.data.monitor.tally import SILENT, counted_by
from host.data.tables import HostBase

T = TypeVar("T")
HOUR: Final = 60
STALE_S: Final = 60.0
"""Seconds after its last word after which a process's pools are not shown any more."""
_COLUMNS: Final = (FigureRow.minute, FigureRow.kind, FigureRow.name, FigureRow.page, FigureRow.plugin, *NUMBERS)


@final
class Report:
    """Readings of one database.

    Args:
        database: whose figures are read; the reading itself is not counted.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(self, minutes: int = HOUR) -> Summary:
        """Return the whole over the last `minutes`."""
        rows = self._rows(minutes, "statement", "transaction")
        sums: dict[tuple[str, str], Figures] = defaultdict(Figures)
        for row in rows:
            sums[row.kind, row.name if row.kind == "transaction" else ""].merge(figures_of(row))
        of = {name: sums["transaction", name] for name in ("commit", "rollback", "conflict", "lost")}
        return Summary(
            minutes=minutes,
            statements=sums["statement", ""],
            transactions=of["commit"],
            rolled_back=of["rollback"].count,
            conflicts=of["conflict"].retries,
            lost=of["lost"].retries,
        )

    def statements(self, minutes: int = HOUR, most: int = 50) -> list[StatementReading]:
        """Return the shapes that took most time altogether, the costliest first."""
        by_name: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._rows(minutes, "statement"):
            by_name[row.name].append(row)
        costly = sorted(by_name, key=lambda name: -sum(row.seconds for row in by_name[name]))[:most]
        shapes = self._shapes(costly)
        return [_statement(name, by_name[name], shapes.get(name), minutes) for name in costly]

    def pages(self, minutes: int = HOUR) -> list[PageReading]:
        """Return the pages that ran, those that ask most per run first."""
        by_page: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in self._rows(minutes, "run"):
            by_page[row.page, row.plugin].append(row)
        pages = [_page(*page, rows, minutes) for page, rows in by_page.items()]
        return sorted(pages, key=lambda each: -each.per_run)

    def slow(self, most: int = 100) -> list[SlowReading]:
        """Return the latest slow statements with their plans, the latest first."""
        shape = (ShapeRow.text, ShapeRow.plan, ShapeRow.plan_fault)
        query = select(SlowRow, *shape).outerjoin(ShapeRow, ShapeRow.fingerprint == SlowRow.fingerprint)
        with self._reading() as session:
            found = session.execute(query.order_by(SlowRow.id.desc()).limit(most)).all()
        return [_slow(*row) for row in found]

    def findings(self, most: int = 100) -> list[FindingReading]:
        """Return loops that ask once per item, those seen last first."""
        with self._reading() as session:
            rows = session.scalars(select(FindingRow).order_by(FindingRow.last_seen.desc()).limit(most)).all()
        return [_read(FindingReading, row) for row in rows]

    def pools(self) -> list[PoolReading]:
        """Return the pools of every process that wrote within the last minute, process by process."""
        oldest = moment() - timedelta(seconds=STALE_S)
        query = select(PoolRow).where(PoolRow.at > oldest).order_by(PoolRow.host_name, PoolRow.pid, PoolRow.name)
        with self._reading() as session:
            rows = session.scalars(query).all()
        return [_read(PoolReading, row) for row in rows]

    def _rows(self, minutes: int, *kinds: Kind) -> Sequence[Row[Any]]:
        since = int(time.time()) // MINUTE_S - minutes
        query = select(*_COLUMNS).where(FigureRow.minute > since, FigureRow.kind.in_(kinds))
        with self._reading() as session:
            return session.execute(query).all()

    def _shapes(self, names: Iterable[str]) -> dict[str, ShapeRow]:
        with self._reading() as session:
            rows = session.scalars(select(ShapeRow).where(ShapeRow.fingerprint.in_(list(names))))
            return {row.fingerprint: row for row in rows}

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with counted_by(SILENT), self._database.begin(readonly=True) as unit:
            yield unit.session


def _read(reading: type[T], row: HostBase) -> T:
    """Return a reading whose fields are all columns of `row`."""
    return reading(**{field.name: getattr(row, field.name) for field in fields(reading)})  # type: ignore[arg-type]


def _statement(name: str, rows: list[Row[Any]], shape: ShapeRow | None, minutes: int) -> StatementReading:
    busiest: dict[str, float] = defaultdict(float)
    for row in rows:
        busiest[row.page] += row.seconds
    steps = _steps(rows, minutes)
    return StatementReading(
        fingerprint=name,
        text=shape.text if shape else "",
        pages=tuple(sorted(busiest, key=lambda page: -busiest[page])),
        figures=Figures.total(steps),
        counts=tuple(step.count for step in steps),
        p95_ms=tuple(round(step.histogram.quantile(0.95) * 1000, 2) for step in steps),
        site=shape.site if shape else "",
        plan=(shape.plan or "") if shape else "",
        plan_fault=(shape.plan_fault or "") if shape else "",
    )


def _page(page: str, plugin: str, rows: list[Row[Any]], minutes: int) -> PageReading:
    steps = _steps(rows, minutes)
    runs = Figures.total(steps)
    per_run = runs.statements / runs.count if runs.count else 0.0
    return PageReading(page, plugin, runs, per_run, tuple(step.count for step in steps))


def _slow(row: SlowRow, text: str | None, plan: str | None, fault: str | None) -> SlowReading:
    own = ("at", "fingerprint", "page", "plugin", "site", "correlation_id", "seconds", "rows", "parameters")
    named = {name: getattr(row, name) for name in own}
    return SlowReading(**named, text=text or "", plan=plan or "", plan_fault=fault or "")


def _steps(rows: Iterable[Row[Any]], minutes: int) -> list[Figures]:
    """Add up figures per step: a minute for up to two hours, an hour beyond, since older minutes are kept so."""
    width = 1 if minutes <= 2 * HOUR else HOUR
    last = int(time.time()) // MINUTE_S // width
    steps = [Figures() for _ in range(-(-minutes // width))]
    for row in rows:
        age = last - row.minute // width
        steps[max(0, len(steps) - 1 - max(0, age))].merge(figures_of(row))
    return steps
