"""What a change of the choices would do to the plan, in lines that a person reads before agreeing."""

from dataclasses import dataclass

from host.kernel.plan import Plan


@dataclass(frozen=True)
class PlanDiff:
    """The difference of two plans.

    Args:
        lines: one per plugin or capability that would change.
        restart: whether the graph changes, so that processes restart one after the other.
    """

    lines: tuple[str, ...]
    restart: bool


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
