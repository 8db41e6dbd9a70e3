"""Says in words why somebody gets which value of a flag."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from host.kernel.exposure import bucket
from host.kernel.flags.definition import Decision, Definition
from host.kernel.flags.evaluator import Evaluator
from host.kernel.flags.rules import Rule, moment
from host.kernel.flags.subject import Subject
from host.kernel.flags.values import variable_of, written


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and how it came about.

    Args:
        steps: what was looked at, in order, up to what decided.
    """

    decision: Decision
    steps: tuple[str, ...]


def explain(evaluator: Evaluator, definition: Definition, subject: Subject, at: datetime) -> Explanation:
    """Return a flag's value for `subject` at a moment, with every layer that was asked for it."""
    decision = evaluator.decide(definition, subject, at)
    return Explanation(decision, tuple(_steps(evaluator, definition, subject, at)))


def _steps(evaluator: Evaluator, definition: Definition, subject: Subject, at: datetime) -> Iterator[str]:
    variable = variable_of(definition.name)
    if definition.pinned is not None:
        yield f"{variable} in the environment pins it to {written(definition.pinned)}."
        return
    yield f"{variable} is not set in the environment."
    if evaluator.foreign:
        yield from _foreign(evaluator, definition)
    else:
        yield from _stored(definition, subject, at)


def _foreign(evaluator: Evaluator, definition: Definition) -> Iterator[str]:
    fault = evaluator.faults.get(definition.name, "it is not there" if evaluator.absent else "")
    if not fault:
        yield f"The flag service {evaluator.reference} decides."
        return
    yield f"The flag service {evaluator.reference} gave no usable value: {fault}."
    yield from _without_operators(definition)


def _stored(definition: Definition, subject: Subject, at: datetime) -> Iterator[str]:
    override = definition.override
    if definition.unusable:
        yield f"What operators stored is not used: {definition.unusable}"
    for number, rule in enumerate(override.rules, start=1):
        why = _against(rule, definition.name, subject, at)
        yield f"Rule {number} ({rule}) {f'does not hold: {why}.' if why else 'holds.'}"
        if not why:
            return
    if override.value is not None:
        yield f"{override.by or 'An operator'} set it to {written(override.value)}."
    else:
        yield "No operator set a value."
        yield from _without_operators(definition)


def _without_operators(definition: Definition) -> Iterator[str]:
    if definition.in_file is not None:
        yield f"plugins.toml sets it to {written(definition.in_file)}."
        return
    yield "plugins.toml does not name it."
    yield f"Its declared default is {written(definition.flag.default)}."


def _against(rule: Rule, flag: str, subject: Subject, at: datetime) -> str:
    match rule.obstacle(flag, subject, at):
        case "from":
            return f"it begins at {moment(rule.since)}" if rule.since else ""
        case "until":
            return f"it ended at {moment(rule.until)}" if rule.until else ""
        case "users":
            return f"{subject.user_id or 'nobody'} is not named"
        case "roles":
            return f"{subject.user_id} has {', '.join(sorted(subject.roles)) or 'no role'}"
        case "percent":
            return f"{subject.user_id} falls at {bucket(flag, subject.user_id):.1f} of 100"
        case _:
            return ""
