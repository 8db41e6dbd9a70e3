"""``app plugins enable/disable/expose``: what operators switch, for all processes, and how it takes effect."""

from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.ground import ground
from host.cli.output import Yes, ask
from host.cli.plugins.identifiers import PluginId
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.kernel.ground import Ground
    from host.kernel.preview import PlanDiff


def enable(plugin: PluginId, yes: Yes = False) -> None:
    """Switch a plugin on for all processes, and let one that is kept out since a bad start try again."""
    _switch(plugin, enabled=True, yes=yes)


def disable(plugin: PluginId, yes: Yes = False) -> None:
    """Switch a plugin off for all processes; asks first if others go out with it."""
    _switch(plugin, enabled=False, yes=yes)


def expose(
    plugin: PluginId,
    role: Annotated[list[str] | None, typer.Option(help="A role that sees it; may be given again.")] = None,
    percent: Annotated[float, typer.Option(min=0, max=100, help="Share of users that see it.")] = 100.0,
    everybody: Annotated[bool, typer.Option("--everybody", help="Everybody who may enter sees it.")] = False,
) -> None:
    """Choose who sees a plugin; takes effect at once, nothing restarts."""
    from host.kernel.exposure import Exposure
    from host.kernel.local import login_name

    if everybody == bool(role or percent < 100):
        raise ValidationError("who shall see it?", remedy="Give --role and --percent, or else --everybody.")
    exposure = Exposure(frozenset(role or ()), percent)
    with ground(prepare=True) as laid:
        laid.toggles().expose(plugin, exposure, login_name())
    typer.echo(f"{plugin} is shown to {exposure}, at once.")


def _switch(plugin: str, *, enabled: bool, yes: bool) -> None:
    from host.kernel.local import login_name

    with ground(prepare=True) as laid:
        toggles = laid.toggles()
        diff = toggles.preview(plugin, enabled)
        for line in diff.lines:
            typer.echo(f"  {line}")
        if _others_go_out(plugin, diff):
            ask("Go on?", yes=yes)
        if enabled:
            toggles.enable(plugin, login_name())
        else:
            toggles.disable(plugin, login_name())
        typer.echo(_effect(plugin, diff, laid, enabled=enabled))
        raise typer.Exit(_outcome(plugin, laid, enabled=enabled))


def _others_go_out(plugin: str, diff: "PlanDiff") -> bool:
    return any(" goes out: " in line and not line.startswith(f"{plugin} ") for line in diff.lines)


def _effect(plugin: str, diff: "PlanDiff", laid: "Ground", *, enabled: bool) -> str:
    state = "on" if enabled else "off"
    if not diff.restart:
        return f"{plugin} is switched {state}. What runs stays as it is."
    running = laid.host.processes().alive()
    if not running:
        return f"{plugin} is switched {state}. Nothing runs now; it holds from the next start on."
    return f"{plugin} is switched {state}, by a rolling restart of {len(running)} running process(es); sessions stay."


def _outcome(plugin: str, laid: "Ground", *, enabled: bool) -> int:
    """Say it when a plugin that was switched on doesn't come in all the same."""
    from host.kernel.plan import make_plan

    out = make_plan(laid.question()).out.get(plugin)
    if not enabled or out is None:
        return 0
    typer.echo(f"It stays out: {out.reason}{f' → {out.remedy}' if out.remedy else ''}", err=True)
    return 2
