"""Refuses statements that would change audited tables without a record of it."""

from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy import Connection, Table, event

from host.data.audit.exemptions import HOST, reason
from host.data.audit.options import OPTION
from host.data.audit.recorder import running_flush
from host.data.audit.statements import written_tables
from host.errors import HostError

if TYPE_CHECKING:
    from host.data.database import Database

_PASSED: Final = "_holdfast_audit_passed"
_REMEMBERED: Final = 5000
_LONGEST: Final = 4000
"""Characters up to which a text is remembered; longer ones are many-row inserts, each a little different."""


class UnauditedWriteError(HostError):
    """A statement would have changed an audited table without leaving a record."""


@final
class WriteGuard:
    """Watches the statements of a database's write engine; migrations use another one.

    Flushes and statements run with `AUDITED` pass, exempt tables too. A statement sent through the driver's own cursor
    is not seen.
    """

    def __init__(self) -> None:
        self._verdicts: dict[str, frozenset[str]] = {}
        self._exempt = set(HOST)

    def attach(self, database: "Database") -> None:
        """Watch the write engine, and the one of business tables where they lie apart."""
        event.listen(database.engines.write, "before_cursor_execute", self._check)
        if database.engines.business is not None:
            event.listen(database.engines.business.write, "before_cursor_execute", self._check)

    def exempt(self, *tables: Table) -> None:
        """Let plain SQL text name these tables, if they are exempt; a statement made from a `Table` needs no word."""
        self._exempt.update(table.name for table in tables if reason(table))

    def _check(
        self, connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
    ) -> None:
        written = self._verdicts.get(statement)
        if written is None:
            written = self._examine(statement)
        if not written or written <= self._exempt or context.execution_options.get(OPTION):
            return
        # One context stands for all batches of a statement.
        if not getattr(context, _PASSED, False):
            self._require_flush(connection, written, context)
            setattr(context, _PASSED, True)

    def _examine(self, statement: str) -> frozenset[str]:
        written = written_tables(statement)
        if len(statement) <= _LONGEST:
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            self._verdicts[statement] = written
        return written

    def _require_flush(self, connection: Connection, written: frozenset[str], context: Any) -> None:
        compiled = context.compiled
        table = getattr(compiled.statement, "table", None) if compiled is not None else None
        if isinstance(table, Table) and reason(table):
            self._exempt.add(table.name)
            if written <= self._exempt:
                return
        flush = running_flush(connection)
        if flush is None:
            raise _refusal(context, sorted(written - self._exempt))
        if isinstance(table, Table):
            flush.wrote(table, context)


def _refusal(context: Any, tables: list[str]) -> UnauditedWriteError:
    kind = next((kind for kind in ("insert", "update", "delete") if getattr(context, f"is{kind}", False)), "statement")
    names = ", ".join(tables)
    return UnauditedWriteError(
        f"This {kind} on {names} would leave no audit record, so it was not run.",
        remedy=(
            "Write through the ORM (session.add, changed attributes, session.delete) or Repository.bulk_*; a caller "
            "that records the change itself with record() passes execution_options=AUDITED; a table that needs no "
            'audit says why in Table.info["audit_exempt"].'
        ),
    )
