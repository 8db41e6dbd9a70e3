"""Logs: structlog on the standard library's loggers, so that levels change at run time and foreign records join in.

It owns the chain that every line passes, redaction, files, levels, error ids and the search in them; shipping lines
to a collector is the surroundings' work.
"""

from host.logs.chain import get_logger
from host.logs.context import bind_log_context
from host.logs.errors import report_error
from host.logs.levels import set_level
from host.logs.redaction import redact
from host.logs.setup import adopt_loggers, configure_logging

__all__ = [
    "adopt_loggers",
    "bind_log_context",
    "configure_logging",
    "get_logger",
    "redact",
    "report_error",
    "set_level",
]
