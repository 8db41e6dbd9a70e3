"""Configures the logs of one process: console, files, levels. Called once at boot; calling it again replaces."""

import logging
import sys
import threading
from typing import TYPE_CHECKING, Final

import structlog

from host.logs.chain import OWN, formatter, get_logger
from host.logs.errors import report_error
from host.logs.files import JsonLinesHandler
from host.logs.levels import ROOT, apply_levels, release_level, set_level

if TYPE_CHECKING:
    from host.config import LogsConfig

_NAME: Final = "holdfast"


def configure_logging(logs: "LogsConfig", env: str, *, enabled: bool = True, quiet: bool = False) -> None:
    """Send this process's log lines to the console (stderr) and, where wanted, to files.

    Args:
        logs: the settings; their folder is absolute.
        env: ``dev``, ``stage`` or ``prod``; decides what ``auto`` means.
        enabled: False leaves only warnings and errors, on the console.
        quiet: only warnings and errors go to the console, where a command writes its answer; files get everything.
    """
    structlog.configure(
        processors=list(OWN),
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(capture=True)
    handlers = _handlers(logs, env, files=enabled)
    if quiet:
        handlers[0].setLevel(logging.WARNING)
    _replace_handlers(handlers)
    apply_levels(logs)
    if not enabled:
        set_level(ROOT, "WARNING")
    threading.excepthook = _report_thread


def adopt_loggers(*names: str) -> None:
    """Make loggers that set up handlers and levels of their own pass through our chain and follow our levels instead.

    Args:
        names: top names, such as ``streamlit``; loggers below them that exist already are taken too.
    """
    below = tuple(f"{name}." for name in names)
    for name in {*names, *(known for known in logging.root.manager.loggerDict if known.startswith(below))}:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        release_level(name)


def _handlers(logs: "LogsConfig", env: str, *, files: bool) -> list[logging.Handler]:
    readable = logs.format == "console" or (logs.format == "auto" and env == "dev")
    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(formatter(_console() if readable else structlog.processors.JSONRenderer(default=str)))
    handlers: list[logging.Handler] = [console]
    if files and (logs.file == "on" or (logs.file == "auto" and env == "dev")):
        file = JsonLinesHandler(logs.folder, logs.rotate_bytes, logs.keep)
        file.setFormatter(formatter(structlog.processors.JSONRenderer(default=str)))
        handlers.append(file)
    return handlers


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _replace_handlers(handlers: list[logging.Handler]) -> None:
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if handler.name == _NAME]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.name = _NAME
        root.addHandler(handler)


def _report_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        thread = failed.thread.name if failed.thread else "unknown"
        report_error(get_logger("host.threads"), failed.exc_value, thread=thread)
