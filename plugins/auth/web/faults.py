"""What is wrong with a form, in words, each with the input that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plugins.auth.values import Problem, Refused

if TYPE_CHECKING:
    from plugins.auth.web.visit import Visit

_MINUTE_S: Final = 60
STATUS: Final = {"wait": 429, "busy": 503}
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


def missing(visit: "Visit", *names: str) -> list[Fault]:
    """Return a fault for each input that was left empty."""
    return [Fault(visit.t(f"missing.{name}"), name) for name in names if not visit.typed(name).strip()]


def from_problems(visit: "Visit", problems: Iterable[Problem], *, password: str = "password") -> list[Fault]:  # noqa: S107  a field's name
    """Return the services' problems as faults.

    Args:
        password: name of the input that the form has for the new password.
    """
    return [
        Fault(visit.text(each.key, **each.values), password if each.field == "password" else each.field)
        for each in problems
    ]


def from_refusal(visit: "Visit", refused: Refused, wrong: str) -> list[Fault]:
    """Return why an attempt was refused.

    Args:
        wrong: text key, without prefix, for what was typed being wrong; it names no single input.
    """
    if refused.problems:
        return from_problems(visit, refused.problems)
    if refused.reason == "wait":
        return [Fault(visit.t("fault.wait", wait=waiting(visit, refused.retry_after_s)))]
    return [Fault(visit.t("fault.busy" if refused.reason == "busy" else wrong))]


def waiting(visit: "Visit", seconds: int) -> str:
    """Return how long to wait, in words, rounded up."""
    if seconds <= _MINUTE_S:
        number, unit = max(1, seconds), "second"
    else:
        number, unit = -(-seconds // _MINUTE_S), "minute"
    return visit.t(f"wait.{unit}" if number == 1 else f"wait.{unit}s", number=number)
