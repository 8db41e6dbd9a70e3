"""Watches transactions: how long they last, how much they do, how they end, how often they are run again."""

import time
from typing import Any, final

from sqlalchemy import Connection, Engine, event

from host.data.actor import ActorSource
from host.data.faults import is_conflict
from host.data.monitor.buckets import Collector, What
from host.data.monitor.loads import LoadWatch
from host.data.monitor.tally import SILENT, TRANSACTION, Tally, Transaction, current_tally


@final
class TransactionWatch:
    """Listens to begin, commit and rollback.

    Args:
        actor: says who acts, for transactions outside a run.
    """

    def __init__(self, collector: Collector, loads: LoadWatch, actor: ActorSource) -> None:
        self._collector = collector
        self._loads = loads
        self._actor = actor

    def listen(self, engine: Engine) -> None:
        """Watch the transactions of `engine`."""
        event.listen(engine, "begin", self._begun)
        event.listen(engine, "commit", self._committed)
        event.listen(engine, "rollback", self._rolled_back)

    def run_again(self, error: Exception) -> None:
        """Count that `run_tx` tries once more after `error`."""
        page, plugin = self._where()
        name = "conflict" if is_conflict(error) else "lost"
        self._collector.add_retry(("transaction", name, page or "", plugin or ""))

    def _begun(self, connection: Connection) -> None:
        running = current_tally()
        if running is SILENT:
            connection.info.pop(TRANSACTION, None)
            return
        tally = running or Tally(*self._where())
        connection.info[TRANSACTION] = Transaction(tally, own=running is None)

    def _committed(self, connection: Connection) -> None:
        self._ended(connection, "commit")

    def _rolled_back(self, connection: Connection) -> None:
        self._ended(connection, "rollback")

    def _ended(self, connection: Connection, how: str) -> None:
        # A connection that broke has no record any more, and so no transaction to tell of.
        found: Any = None if connection.invalidated else connection.info.pop(TRANSACTION, None)
        if found is None:
            return
        seconds = time.perf_counter() - found.started
        tally = found.tally
        what: What = ("transaction", how, tally.page, tally.plugin)
        self._collector.add(what, seconds, found.rows, 0, found.statements)
        if found.own:
            self._loads.finish(tally)

    def _where(self) -> tuple[str | None, str | None]:
        running = current_tally()
        if running is not None:
            return running.page, running.plugin
        actor = self._actor()
        return actor.page, actor.plugin
