"""The chain that every log line passes, whoever wrote it: ours through structlog, foreign ones through their record."""

import logging
import os
from collections.abc import MutableMapping
from typing import Any, Final, cast

import structlog
from structlog.typing import Processor

from host.logs.redaction import redact_event


def add_process(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the process id; a structlog processor."""
    event["pid"] = os.getpid()
    return event


SHARED: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_process,
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    # Last: it must see the traceback and everything the context added.
    redact_event,
)
OWN: Final[tuple[Processor, ...]] = (
    structlog.stdlib.filter_by_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    *SHARED,
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger for a module; its level is that of the standard library's logger of the same name.

    Args:
        name: dotted name, usually ``__name__``.
    """
    logger = structlog.wrap_logger(logging.getLogger(name), processors=OWN, wrapper_class=structlog.stdlib.BoundLogger)
    return cast("structlog.stdlib.BoundLogger", logger)


def formatter(renderer: Processor) -> logging.Formatter:
    """Return a formatter that ends the chain with `renderer`, for handlers."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
