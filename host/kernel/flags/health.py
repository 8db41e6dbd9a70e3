"""How the flags are: which should have gone, which decisions can't be used, which answers were wrong."""

from collections.abc import Iterator
from datetime import date

from host.contributions import Health
from host.kernel.flags.service import Flags


def flags_health(flags: Flags) -> Health:
    """Return the health of the flags; an expired one names its owner."""
    found = list(_faults(flags, date.today()))  # noqa: DTZ011 -- a day of the operators' calendar
    count = len(flags.snapshot().definitions)
    return Health("degraded", "; ".join(found)) if found else Health("ok", f"{count} flags")


def _faults(flags: Flags, today: date) -> Iterator[str]:
    for name, definition in flags.snapshot().definitions.items():
        if definition.expired(today):
            flag = definition.flag
            yield f"{name} expired on {flag.expires}: {flag.owner} should remove it"
        if definition.unusable:
            yield f"{name}: {definition.unusable}"
    for name, reason in list(flags.evaluator.faults.items()):
        yield f"{name} has its default: {reason}"
    if flags.evaluator.absent:
        yield f"the flag service {flags.evaluator.reference} is not there: every flag has its default"
