"""What is wrong with a form, in words, each with the input that it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plugins.auth.values import Problem, Refused

if TYPE_CHECKING:
    from plugins.auth.web.arrival import Arrival

_MINUTE_S: Final = 60
_BUSY_S: Final = 5
_STATUS: Final[Mapping[str, int]] = {"wait": 429, "busy": 503}
_SAID: Final[Mapping[str, str]] = {"busy": "fault.busy", "ended": "fault.ended"}
REFUSED: Final = 422


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend.

    Args:
        message: what is wrong and how to mend it.
        field: id of the input; empty for the form as a whole.
    """

    message: str
    field: str = ""


def missing(visit: "Arrival", *names: str) -> list[Fault]:
    """Return a fault for each input that was left empty."""
    return [Fault(visit.t(f"missing.{name}"), name) for name in names if not visit.typed(name).strip()]


def of_new_password(visit: "Arrival") -> list[Fault]:
    """Return what is wrong with a new password and its repetition, besides what the services judge."""
    faults = missing(visit, "password", "again")
    if not faults and visit.typed("password") != visit.typed("again"):
        faults.append(Fault(visit.t("fault.again"), "again"))
    return faults


def from_problems(visit: "Arrival", problems: Iterable[Problem]) -> list[Fault]:
    """Return the services' problems as faults."""
    return [Fault(visit.text(each.key, **each.values), each.field) for each in problems]


def from_refusal(visit: "Arrival", refused: Refused, wrong: str) -> list[Fault]:
    """Return why an attempt was refused.

    Args:
        wrong: text key, without prefix, for what was typed being wrong; it names no single input.
    """
    if refused.problems:
        return from_problems(visit, refused.problems)
    if refused.reason == "wait":
        return [Fault(visit.t("fault.wait", wait=waiting(visit, refused.retry_after_s)))]
    return [Fault(visit.t(_SAID.get(refused.reason, wrong)))]


def waiting(visit: "Arrival", seconds: int) -> str:
    """Return how long to wait, in words, rounded up."""
    if seconds > _MINUTE_S:
        return visit.t("wait.minutes", number=-(-seconds // _MINUTE_S))
    return visit.t("wait.second") if seconds <= 1 else visit.t("wait.seconds", number=seconds)


def told_to_programs(refused: Refused | None) -> tuple[int, dict[str, str]]:
    """Return status and headers of an answer with faults; `refused` is why, where a service refused."""
    status = _STATUS.get(refused.reason, REFUSED) if refused else REFUSED
    if refused is None or status == REFUSED:
        return status, {}
    return status, {"Retry-After": str(refused.retry_after_s or _BUSY_S)}
