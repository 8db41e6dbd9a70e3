"""What a change of the choices would do to the plan, in lines that a person reads before agreeing."""

import difflib
from dataclasses import dataclass, replace

from host.errors import ValidationError
from host.kernel.choices import Choices, Toggle
from host.kernel.plan import Plan, Question


@dataclass(frozen=True)
class PlanDiff:
    """The difference of two plans.

    Args:
        lines: one per plugin or capability that would change.
        restart: whether the graph changes, so that processes restart one after the other.
    """

    lines: tuple[str, ...]
    restart: bool


def switched(now: Question, plugin: str, enabled: bool) -> Question:
    """Return the question as it would be with `plugin` switched; one that is switched on leaves quarantine."""
    toggle = replace(now.choices.toggles.get(plugin, Toggle()), enabled=enabled)
    choices: Choices = replace(now.choices, toggles={**now.choices.toggles, plugin: toggle})
    quarantined = {id_: why for id_, why in now.quarantined.items() if id_ != plugin or not enabled}
    return replace(now, choices=choices, quarantined=quarantined)


def refuse_unknown(plugin: str, now: Question) -> None:
    """Refuse an id that is neither installed nor listed nor was switched before.

    Raises:
        ValidationError: naming the nearest id, or all of them.
    """
    known = sorted({*now.candidates, *now.choices.file.plugins, *now.choices.toggles})
    if plugin not in known:
        near = difflib.get_close_matches(plugin, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known) or 'none'}."
        raise ValidationError(f"no plugin {plugin!r} is installed or listed.", remedy=hint)


def refuse_pinned(plugin: str, now: Question) -> None:
    """Refuse to switch what the environment pins.

    Raises:
        ValidationError: naming the variable.
    """
    if now.choices.pins.pin(plugin) is not None:
        name = f"FEATURE_{plugin.upper()}"
        raise ValidationError(f"{plugin} is pinned by {name}.", remedy="Take it out of the environment first.")


def compare(before: Plan, after: Plan) -> PlanDiff:
    """Return what changes from `before` to `after`."""
    lines = [*_plugin_lines(before, after), *_capability_lines(before, after)]
    return PlanDiff(tuple(lines), before.hash != after.hash)


def _plugin_lines(before: Plan, after: Plan) -> list[str]:
    was, will = ({each.id for each in plan.order} for plan in (before, after))
    lines = [f"{id_} comes in" for id_ in sorted(will - was)]
    for id_ in sorted(was - will):
        lines.append(f"{id_} goes out: {after.out[id_].reason}")
    for id_ in sorted((before.out.keys() & after.out.keys()) - was - will):
        if before.out[id_].reason != after.out[id_].reason:
            lines.append(f"{id_} stays out: {after.out[id_].reason}")
    return lines


def _capability_lines(before: Plan, after: Plan) -> list[str]:
    was, will = before.providers.chosen, after.providers.chosen
    lines = []
    for capability in sorted(was.keys() | will.keys()):
        if was.get(capability) != will.get(capability):
            lines.append(f"{capability}: {_name(was.get(capability))} → {_name(will.get(capability))}")
    return lines


def _name(provider: tuple[str, str] | None) -> str:
    return f"{provider[1]} ({provider[0]})" if provider else "nobody"
