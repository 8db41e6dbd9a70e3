"""Levels of loggers, changed while processes run. Who may change them, and remembering them, is decided elsewhere."""

import logging
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Protocol

from host.errors import ValidationError
from host.logs.chain import get_logger

if TYPE_CHECKING:
    from host.config import LogsConfig

TOPIC: Final = "log.level"
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "NOTSET")
ROOT: Final = "root"
_log = get_logger(__name__)
_configured: set[str] = set()


class Changes(Protocol):
    """The part of the change feed that levels need."""

    def subscribe(self, topic: str, call: Callable[[str], None], /) -> Callable[[], None]:
        """Call back with the key of each change of a topic."""
        ...


def set_level(logger: str, level: str) -> None:
    """Set the level of one logger in this process.

    Args:
        logger: dotted name; ``root`` for all loggers without a level of their own.
        level: ``DEBUG``, ``INFO``, ``WARNING``, ``ERROR``, ``CRITICAL``, or ``NOTSET`` to follow the logger above.

    Raises:
        ValidationError: there is no such level.
    """
    logging.getLogger(None if logger == ROOT else logger).setLevel(checked_level(level))


def apply_levels(logs: "LogsConfig") -> None:
    """Bring the loggers of this process to the configured levels; loggers no longer named follow those above."""
    set_level(ROOT, logs.level)
    for logger in _configured - logs.levels.keys():
        set_level(logger, "NOTSET")
    for logger, level in logs.levels.items():
        set_level(logger, level)
    _configured.clear()
    _configured.update(logs.levels)


def release_level(logger: str) -> None:
    """Make a logger follow the one above it, unless the settings name it."""
    if logger not in _configured:
        set_level(logger, "NOTSET")


def level_key(logger: str, level: str) -> str:
    """Return the key to publish under `TOPIC` so that all processes set a level.

    Raises:
        ValidationError: there is no such level.
    """
    return f"{logger or ROOT}={checked_level(level)}"


def follow(changes: Changes) -> Callable[[], None]:
    """Set levels in this process as other processes ask for them; return how to stop following."""
    return changes.subscribe(TOPIC, _take_over)


def checked_level(level: str) -> str:
    """Return the level in capitals.

    Raises:
        ValidationError: there is no such level.
    """
    name = level.strip().upper()
    if name not in LEVELS:
        close = get_close_matches(name, LEVELS, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        message = f"{level!r} is not a log level."
        raise ValidationError(message, remedy=f"{hint}Levels are {', '.join(LEVELS)}.")
    return name


def _take_over(key: str) -> None:
    logger, _, level = key.partition("=")
    if not logger or not level:
        # An empty key says that changes were missed; levels are not stored, so there is nothing to read again.
        return
    set_level(logger, level)
    _log.info("log level changed", target=logger, new_level=level)
