"""Watches statements: how long each shape takes, how many a run needs, which are too slow or fail."""

import time
from typing import Any, Final, final

from sqlalchemy import Connection, Engine, ExceptionContext, event

from host.data.actor import ActorSource
from host.data.engines.callers import caller
from host.data.monitor.buckets import Collector
from host.data.monitor.loads import LoadWatch
from host.data.monitor.slow import SlowLog, SlowStatement, kinds, moment
from host.data.monitor.tally import SILENT, Tally, current_tally, open_transaction

_CONTROL: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
"""Statements that only SQLite, or nobody's code, asks for: counted by themselves, not in a run."""
_NOBODY: Final = Tally()
_READS: Final = ("SELECT", "WITH")


@final
class StatementWatch:
    """Listens to the cursors of engines.

    Args:
        slow: takes statements above `slow_s` seconds.
    """

    def __init__(
        self, collector: Collector, loads: LoadWatch, slow: SlowLog, slow_s: float, actor: ActorSource
    ) -> None:
        self._collector = collector
        self._loads = loads
        self._slow = slow
        self._slow_s = slow_s
        self._actor = actor

    def listen(self, engine: Engine) -> None:
        """Watch the statements of `engine`."""
        event.listen(engine, "before_cursor_execute", _before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._failed)

    def _after(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
    ) -> None:
        seconds = time.perf_counter() - context.holdfast_started
        tally = current_tally()
        # A transaction that only reads begins without waiting for anybody.
        if tally is SILENT or statement == "BEGIN":
            return
        transaction = open_transaction(connection)
        if tally is None:
            tally = transaction.tally if transaction is not None else _NOBODY
        rows = max(cursor.rowcount, 0)
        self._collector.add(("statement", statement, tally.page, tally.plugin), seconds, rows)
        if seconds >= self._slow_s:
            self._slow.append(self._told(tally, statement, parameters, seconds, rows))
        if statement.startswith(_CONTROL):
            return
        reads = statement.startswith(_READS)
        if transaction is not None:
            transaction.statements += 1
            transaction.rows += 0 if reads else rows
        if tally is _NOBODY:
            return
        tally.statements += 1
        tally.seconds += seconds
        if reads:
            self._loads.selected(tally, statement, context)

    def _failed(self, problem: ExceptionContext) -> None:
        context: Any = problem.execution_context
        started = getattr(context, "holdfast_started", None)
        tally = current_tally() or _NOBODY
        # A fault that the monitor itself raises, and one that never reached the database, is none of the statement's.
        if started is None or problem.statement is None or problem.sqlalchemy_exception is None or tally is SILENT:
            return
        seconds = time.perf_counter() - started
        self._collector.add(("statement", problem.statement, tally.page, tally.plugin), seconds, errors=1)
        if seconds >= self._slow_s:
            self._slow.append(self._told(tally, problem.statement, problem.parameters, seconds, 0))

    def _told(self, tally: Tally, statement: str, parameters: Any, seconds: float, rows: int) -> SlowStatement:
        return SlowStatement(
            at=moment(),
            statement=statement,
            page=tally.page,
            plugin=tally.plugin,
            site=str(caller()),
            correlation_id=self._actor().correlation_id or "",
            seconds=seconds,
            rows=rows,
            parameters=kinds(parameters),
        )


def _before(
    _connection: Connection, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    context.holdfast_started = time.perf_counter()
