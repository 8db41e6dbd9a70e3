"""Judges a resource by a plugin's rule, in a thread of its own: one that raises or doesn't answer in time says no."""

import threading
import time
from collections import defaultdict
from contextvars import copy_context
from typing import Any, Final, Literal

from host.contracts.principal import Principal
from host.contributions import ResourceRule
from host.kernel.registry import Owned
from host.logs import get_logger, report_error

Answer = Literal["yes", "no", "failed", "late"]
LONGEST_S: Final = 1.0
"""Seconds that a rule has for its answer."""
MOST_AT_ONCE: Final = 16
"""Judgements of one rule at a time; a rule that hangs can't take more threads than this."""
_log: Final = get_logger(__name__)


def slots() -> dict[ResourceRule, threading.BoundedSemaphore]:
    """Return what counts the judgements of each rule that run."""
    return defaultdict(lambda: threading.BoundedSemaphore(MOST_AT_ONCE))


_free = slots()


def judged(owned: Owned[ResourceRule], principal: Principal, resource: Any, longest_s: float = LONGEST_S) -> Answer:
    """Return what the rule says; only ``"yes"`` lets pass.

    Args:
        longest_s: seconds to wait for the answer.
    """
    until = time.monotonic() + longest_s
    slot = _free[owned.value]
    answers: list[Answer] = []
    if slot.acquire(timeout=longest_s):
        arguments = (owned, principal, resource, answers, slot)
        name = f"rule-{owned.value.permission}"
        thread = threading.Thread(target=copy_context().run, args=(_ask, *arguments), name=name, daemon=True)
        thread.start()
        thread.join(max(0.0, until - time.monotonic()))
    if answers:
        return answers[0]
    _log.warning("rule did not answer in time", plugin=owned.plugin, permission=owned.value.permission)
    return "late"


def _ask(
    owned: Owned[ResourceRule],
    principal: Principal,
    resource: Any,
    answers: list[Answer],
    slot: threading.BoundedSemaphore,
) -> None:
    try:
        said = owned.value.judge(principal, resource)
        if not isinstance(said, bool):
            raise TypeError(f"the rule answered {type(said).__name__}, expected bool")
        answers.append("yes" if said else "no")
    except (Exception, SystemExit) as error:
        report_error(_log, error, plugin=owned.plugin, permission=owned.value.permission, rule=owned.value.title)
        answers.append("failed")
    finally:
        slot.release()
