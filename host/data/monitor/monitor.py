"""The monitor: watches every statement, transaction and lazy load of a database and writes down what it learns."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, final

from sqlalchemy.exc import SQLAlchemyError

from host.data.actor import ActorSource, nobody
from host.data.monitor.buckets import Collector
from host.data.monitor.candidates import Candidates
from host.data.monitor.ledger import Ledger
from host.data.monitor.loads import LoadWatch
from host.data.monitor.news import News
from host.data.monitor.plans import MOST_AT_ONCE, Planner
from host.data.monitor.retention import tidy
from host.data.monitor.shapes import Shapes
from host.data.monitor.slow import slow_log
from host.data.monitor.statements import StatementWatch
from host.data.monitor.tally import SILENT, Tally, counted_by, current_tally
from host.data.monitor.transactions import TransactionWatch
from host.errors import HostError
from host.logs import get_logger, report_error

if TYPE_CHECKING:
    from host.config import DatabaseConfig
    from host.data.database import Database

WRITE_EVERY_S: Final = 10.0
"""Seconds between two writes; whoever looks sees figures that are at most this old."""
TIDY_EVERY_S: Final = 600.0
_log: Final = get_logger(__name__)


@final
class Monitor:
    """An extension of one database.

    Args:
        config: the limits.
        actor: says who acts, outside a run.
    """

    def __init__(self, config: "DatabaseConfig", actor: ActorSource = nobody) -> None:
        self._config = config
        self._actor = actor
        self._collector = Collector()
        self._slow = slow_log()
        self._writing = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._news = News()
        self._next_tidy = time.monotonic()
        self._attached = False

    def attach(self, database: "Database") -> None:
        """Listen to `database`, unless the settings switch the monitor off."""
        if not self._config.monitor:
            return
        shapes = Shapes(database.dialect)
        self._database = database
        self._loads = LoadWatch(shapes, strict=self._config.strict_loading)
        self._ledger = Ledger(database, shapes)
        self._candidates = Candidates(self._ledger)
        self._planner = Planner(database)
        transactions = TransactionWatch(self._collector, self._loads, self._actor)
        statements = StatementWatch(self._collector, self._loads, self._slow, self._config.slow_ms / 1000, self._actor)
        for engine in database.engines.pools.values():
            statements.listen(engine)
            transactions.listen(engine)
        for sessions in (database.writing, database.reading):
            self._loads.listen(sessions)
        database.on_retry.append(transactions.run_again)
        self._attached = True

    @contextmanager
    def run(self, page: str | None, plugin: str | None) -> Iterator[Tally]:
        """Count the statements of the block as one run of `page`; part of the run that goes on when it is the same.

        Args:
            page: path of the page; ``None`` for code of the shell or of a command.
            plugin: whose code runs.
        """
        outer = current_tally()
        if outer is not None and outer.page == (page or ""):
            outer.plugin = outer.plugin or plugin or ""
            yield outer
            return
        tally = Tally(page, plugin)
        try:
            with counted_by(tally):
                yield tally
        finally:
            self._ended(tally)

    def start(self) -> None:
        """Write in the background from now on."""
        if not self._attached or self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._keep_writing, name="host-monitor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the background thread, if it runs, and write what is left."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        self._collector.crowded.set()
        thread.join()
        self._attempt(self._leave)

    def flush(self) -> None:
        """Write everything now and ask for the plans that are due; raises what the database raises."""
        if not self._attached:
            return
        with self._writing, counted_by(SILENT):
            collected = self._collector.take()
            slow = [self._slow.popleft() for _ in range(len(self._slow))]
            findings = self._loads.take()
            self._ledger.absorb_pools(self._database.engines.figures())
            self._ledger.absorb(collected)
            self._ledger.absorb_slow(slow)
            self._ledger.absorb_findings(findings)
            self._candidates.consider(collected, slow)
            self._news.tell_slow((self._ledger.shape_of(each.statement), each) for each in slow)
            self._news.tell_loops(findings)
            self._ledger.write()
            for fingerprint, statement in self._candidates.take(MOST_AT_ONCE):
                self._planner.refresh(fingerprint, statement)
            self._tidy()

    def tell(self) -> None:
        """Log what was found and write nothing: the end of a command, whose author and reader is often nobody."""
        if self._attached:
            self._news.tell_loops(self._loads.take(), _log.info)

    def _ended(self, tally: Tally) -> None:
        if not self._attached:
            return
        if tally.page:
            self._collector.add(("run", "", tally.page, tally.plugin), tally.seconds, statements=tally.statements)
        self._loads.finish(tally)

    def _keep_writing(self) -> None:
        while not self._stopping.is_set():
            self._collector.crowded.wait(WRITE_EVERY_S)
            if not self._stopping.is_set():
                self._attempt(self.flush)

    def _leave(self) -> None:
        self.flush()
        with counted_by(SILENT):
            self._ledger.leave()

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (SQLAlchemyError, HostError, self._database.driver_error) as error:
            # What is not written stays in the ledger for the next time.
            _log.warning("the database monitor cannot write yet", error=str(error))
        except Exception as error:
            report_error(_log, error, part="database monitor")

    def _tidy(self) -> None:
        if time.monotonic() < self._next_tidy:
            return
        self._next_tidy = time.monotonic() + TIDY_EVERY_S
        self._database.run_tx(lambda unit: tidy(unit.session))
