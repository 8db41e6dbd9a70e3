"""``app plugins plan``: what would start in which order, and what a change would do; it changes nothing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json
from host.cli.plugins.identifiers import known_ids

if TYPE_CHECKING:
    from host.kernel.plan import Plan, Question
    from host.kernel.preview import PlanDiff


def plan(
    enable: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="As if it were switched on.", autocompletion=known_ids)
    ] = None,
    disable: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="As if it were switched off.", autocompletion=known_ids)
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what would start, or what a change would do; nothing is changed and no plugin is imported."""
    from host.kernel.plan import make_plan
    from host.kernel.preview import compare

    with ground() as laid:
        now = laid.question()
    wanted = _switched(_switched(now, enable or [], on=True), disable or [], on=False)
    before, after = make_plan(now), make_plan(wanted)
    diff = compare(before, after) if wanted is not now else None
    if as_json:
        write_json(_as_json(after, diff))
    else:
        _write(after, diff)


def _switched(question: "Question", ids: list[str], *, on: bool) -> "Question":
    from host.kernel.preview import refuse_pinned, refuse_unknown, switched

    for id_ in ids:
        refuse_unknown(id_, question)
        refuse_pinned(id_, question)
        question = switched(question, id_, on)
    return question


def _write(after: "Plan", diff: "PlanDiff | None") -> None:
    if diff is not None:
        for line in diff.lines or ("nothing changes",):
            typer.echo(f"  {line}")
        typer.echo("by a rolling restart" if diff.restart else "without a restart")
        return
    for number, candidate in enumerate(after.order, start=1):
        typer.echo(f"{number:3}. {candidate.id}  {candidate.distribution} {candidate.version}")
    for id_, out in after.out.items():
        typer.echo(f"   – {id_}  {out.state}: {out.reason}")
    for capability, (owner, name) in sorted(after.providers.chosen.items()):
        typer.echo(f"{capability} = {name} ({owner})")
    for note in after.notes:
        typer.echo(note)
    typer.echo(f"plan {after.hash}")


def _as_json(after: "Plan", diff: "PlanDiff | None") -> dict[str, Any]:
    return {
        "hash": after.hash,
        "order": [each.id for each in after.order],
        "out": {
            id_: {"state": out.state, "reason": out.reason, "remedy": out.remedy} for id_, out in after.out.items()
        },
        "providers": {name: list(filled) for name, filled in after.providers.chosen.items()},
        "notes": list(after.notes),
        "changes": list(diff.lines) if diff else [],
        "restart": bool(diff and diff.restart),
    }
