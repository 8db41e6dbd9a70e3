"""Shows an error on the command line: what, where, how to fix; and the exit code that belongs to it."""

import json
import logging
import sys
import traceback
from dataclasses import asdict, dataclass, field
from typing import Final

from host.errors import ConfigError, HostError

UNEXPECTED: Final = 1


@dataclass(frozen=True, slots=True)
class Rendered:
    """An error as it is shown."""

    what: str
    fix: str
    code: int
    details: list[str] = field(default_factory=list)


def render_error(error: BaseException, *, as_json: bool = False) -> int:
    """Write an error to stderr and return the exit code.

    Args:
        error: what ended the command. Only one that was not raised on purpose is shown with its traceback.
        as_json: write one JSON object instead of text.
    """
    shown = _rendered(error)
    if as_json:
        sys.stderr.write(json.dumps({"error": asdict(shown)}) + "\n")
    else:
        sys.stderr.writelines(f"{line}\n" for line in _lines(shown))
    return shown.code


def _lines(shown: Rendered) -> list[str]:
    fix = [f"  Fix: {shown.fix}"] if shown.fix else []
    return [f"Error: {shown.what}", *(f"  {line}" for line in shown.details), *fix]


def _rendered(error: BaseException) -> Rendered:
    match error:
        case ConfigError(faults=[_, _, *_] as faults):
            return Rendered(f"{len(faults)} settings cannot be used.", error.remedy, error.exit_code, faults)
        case HostError():
            return Rendered(error.message, error.remedy, error.exit_code)
        case OSError(strerror=str() as reason, filename=str() as file):
            return Rendered(f"{reason}: {file}", "Check the path and who may use it.", UNEXPECTED)
    return _unexpected(error)


def _unexpected(error: BaseException) -> Rendered:
    from host.logs import get_logger, redact, report_error

    what = f"unexpected {type(error).__name__}: {redact(str(error))}"
    if logging.getLogger().handlers:
        error_id = report_error(get_logger("host.cli"), error)
        return Rendered(what, f"`app log find {error_id}` shows where it happened.", UNEXPECTED)
    trace = redact("".join(traceback.format_exception(error))).splitlines()
    return Rendered(what, "This is a fault of the program: please report it with the lines above.", UNEXPECTED, trace)
