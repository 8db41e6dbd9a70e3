"""Logs every SQL statement at DEBUG with its duration; never its parameters, which may hold personal data."""

import logging
import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

from host.logs import get_logger

_sql: Final = logging.getLogger("host.data.sql")
_log: Final = get_logger("host.data.sql")
_STARTED: Final = "holdfast.statement_started"


def log_statements(engine: Engine) -> Engine:
    """Log what `engine` runs and return it; costs one level check a statement while DEBUG is off."""
    event.listen(engine, "before_cursor_execute", _before)
    event.listen(engine, "after_cursor_execute", _after)
    return engine


def _before(connection: Connection, *_: Any) -> None:
    if _sql.isEnabledFor(logging.DEBUG):
        connection.info[_STARTED] = time.perf_counter()


def _after(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    started = connection.info.pop(_STARTED, None)
    if started is None:
        return
    duration_ms = round((time.perf_counter() - started) * 1000, 3)
    text = " ".join(statement.split())
    _log.debug(text, duration_ms=duration_ms, row_count=cursor.rowcount)
