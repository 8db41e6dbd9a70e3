"""Writes what a process counted to the database, so that all processes and the command line see one picture."""

import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, final

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from host.data.database import Database
from host.data.engines.pools import PoolFigures
from host.data.monitor.buckets import MINUTE_S, OTHER, Figures, Key
from host.data.monitor.findings import NPlusOne
from host.data.monitor.rows import figure, slow_row, upsert, write_finding, write_pool
from host.data.monitor.shapes import Shape, Shapes
from host.data.monitor.slow import SlowStatement, moment
from host.data.monitor.tables import FigureRow, PoolRow, ShapeRow, SlowRow
from host.logs import get_logger

MOST_SHAPES: Final = 2000
"""Shapes that a process tells apart; whatever comes on top is counted as `OTHER`."""
MOST_ROWS: Final = 1000
"""Pairs of shape and page that are written for one minute and process."""
KEEP_UNWRITTEN_MINUTES: Final = 10
"""Minutes for which figures wait for a database that is away."""
_SEEN_AGAIN_S: Final = 3600.0
_SHAPES_FOR_S: Final = 24 * 3600.0
_log: Final = get_logger(__name__)


@final
class Ledger:
    """Figures by fingerprint that wait to be written, or that are written and still grow.

    Args:
        shapes: makes fingerprints.
    """

    def __init__(self, database: Database, shapes: Shapes) -> None:
        self.process: Final = uuid.uuid4().hex
        self._database = database
        self._shapes = shapes
        self._figures: dict[Key, Figures] = {}
        self._known: dict[str, Shape] = {OTHER: Shape(OTHER, "(every statement that came when there was no room)")}
        self._known_since = time.monotonic()
        self._told: dict[str, float] = {}
        self._slow: list[tuple[Shape, SlowStatement]] = []
        self._pools: tuple[PoolFigures, ...] = ()
        self._findings: list[NPlusOne] = []

    def absorb(self, collected: Mapping[Key, Figures]) -> None:
        """Take over what was collected, statements by their fingerprints."""
        for key, figures in collected.items():
            folded = key
            if key.kind == "statement" and key.name != OTHER:
                folded = key._replace(name=self.shape_of(key.name).fingerprint)
            self._room(folded).merge(figures)

    def absorb_slow(self, slow: Iterable[SlowStatement]) -> None:
        """Take over slow statements."""
        self._slow += [(self.shape_of(each.statement), each) for each in slow]

    def absorb_findings(self, findings: Iterable[NPlusOne]) -> None:
        """Take over findings."""
        self._findings += findings

    def absorb_pools(self, pools: tuple[PoolFigures, ...]) -> None:
        """Take over how the pools stand."""
        self._pools = pools

    def shape_of(self, statement: str) -> Shape:
        """Return the shape under which `statement` is counted."""
        shape = self._shapes.of(statement)
        if shape.fingerprint not in self._known and len(self._known) > MOST_SHAPES:
            return self._known[OTHER]
        return self._known.setdefault(shape.fingerprint, shape)

    def write(self) -> None:
        """Write everything in one transaction; what cannot be written now is kept for the next time."""
        self._forget_old()
        self._forget_shapes()
        if self._figures or self._slow or self._findings or self._pools:
            self._database.run_tx(lambda unit: self._write(unit.session))
        self._slow.clear()
        self._findings.clear()
        now = int(time.time()) // MINUTE_S
        self._figures = {key: figures for key, figures in self._figures.items() if key.minute >= now}

    def leave(self) -> None:
        """Take this process's pools out of the picture; its figures stay."""
        mine = delete(PoolRow).where(PoolRow.process == self.process)
        self._database.run_tx(lambda unit: unit.session.execute(mine))

    def _write(self, session: Session) -> None:
        now = moment()
        self._write_shapes(session, now)
        minutes = {key.minute for key in self._figures}
        # The rows of a minute that goes on are replaced as a whole: writing it twice adds nothing twice.
        mine = FigureRow.process == self.process
        session.execute(delete(FigureRow).where(FigureRow.minute.in_(minutes), mine, FigureRow.span == 1))
        if self._figures:
            session.execute(insert(FigureRow), [figure(self.process, *each) for each in self._figures.items()])
        if self._slow:
            session.execute(insert(SlowRow), [slow_row(*each) for each in self._slow])
        for finding in sorted(self._findings, key=lambda each: (each.kind, each.site, each.page, each.subject)):
            write_finding(session, finding, now)
        for pool in self._pools:
            write_pool(session, self.process, pool, now)

    def _write_shapes(self, session: Session, now: datetime) -> None:
        used = {key.name for key in self._figures if key.kind == "statement"} | {
            each.fingerprint for each, _ in self._slow
        }
        again = time.monotonic() - _SEEN_AGAIN_S
        due = sorted(name for name in used if self._told.get(name, float("-inf")) < again)
        sites = {shape.fingerprint: slow.site for shape, slow in self._slow}
        for name in due:
            row = {"fingerprint": name, "text": self._known[name].text, "last_seen": now, "site": sites.get(name, "")}
            merged = (
                upsert(session, ShapeRow)
                .values(row)
                .on_conflict_do_update(index_elements=[ShapeRow.fingerprint], set_={"last_seen": now})
            )
            session.execute(merged)
            self._told[name] = time.monotonic()
        # Processes that write the same rows do so in the same order, or they would block each other.
        for name, site in sorted(sites.items()):
            session.execute(update(ShapeRow).where(ShapeRow.fingerprint == name).values(site=site))

    def _room(self, key: Key) -> Figures:
        if key not in self._figures and len(self._figures) >= MOST_ROWS and key.kind == "statement":
            key = key._replace(name=OTHER, page="", plugin="")
        return self._figures.setdefault(key, Figures())

    def _forget_shapes(self) -> None:
        """Make room for other shapes once a day, or a process would never tell new ones apart after a busy hour."""
        now = time.monotonic()
        if len(self._known) > MOST_SHAPES and now > self._known_since + _SHAPES_FOR_S:
            used = {OTHER, *(key.name for key in self._figures), *(shape.fingerprint for shape, _ in self._slow)}
            self._known = {name: shape for name, shape in self._known.items() if name in used}
            self._told = {name: at for name, at in self._told.items() if name in used}
            self._known_since = now

    def _forget_old(self) -> None:
        oldest = int(time.time()) // MINUTE_S - KEEP_UNWRITTEN_MINUTES
        kept = {key: figures for key, figures in self._figures.items() if key.minute >= oldest}
        if len(kept) < len(self._figures):
            _log.warning("figures of the database monitor are given up", keys=len(self._figures) - len(kept))
        self._figures = kept
