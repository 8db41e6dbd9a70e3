"""Reports an error once: one log line with its traceback, and the id that a person reads off the screen."""

from typing import Any, Final

import structlog

from host.errors import HostError, new_error_id
from host.one_line import text_of

_ATTRIBUTE: Final = "holdfast_error_id"


def report_error(logger: structlog.stdlib.BoundLogger, error: BaseException, **context: Any) -> str:
    """Log an error and return its id; an error that was reported before keeps its id and is not logged again.

    Args:
        logger: of the part that caught the error.
        error: what was raised; its traceback is logged.
        context: more values for the line, such as ``plugin`` and ``page``.
    """
    known = getattr(error, _ATTRIBUTE, None)
    if isinstance(known, str):
        return known
    error_id = new_error_id()
    _remember(error, error_id)
    values = {"error_id": error_id, "error_type": type(error).__name__} | _remedy(error) | context
    logger.error(_headline(error), exc_info=error, **values)
    return error_id


def _headline(error: BaseException) -> str:
    lines = text_of(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _remedy(error: BaseException) -> dict[str, str]:
    return {"remedy": error.remedy} if isinstance(error, HostError) and error.remedy else {}


def _remember(error: BaseException, error_id: str) -> None:
    try:
        setattr(error, _ATTRIBUTE, error_id)
    except AttributeError:
        # A class with slots: it can't carry the id, so a second report of it makes a second line.
        return
