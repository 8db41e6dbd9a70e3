"""``app plugins list``: every plugin in one line."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table

if TYPE_CHECKING:
    from host.cli.plugins.overview import Overview
    from host.kernel.report import PluginStatus

DEGRADED: Final = 2
_HEADS: Final = ("id", "state", "stage", "origin", "version", "distribution", "reason")


def list_plugins(
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 2 if a plugin that is switched on doesn't run.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Boot the app in a process of its own and show how far each plugin gets.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that --fresh may take.")] = 60.0,
    as_json: Json = False,
) -> None:
    """List every plugin with its state and the reason.

    Without --fresh no plugin is imported: faults of import and start are those that the last web process met.
    """
    from host.cli.plugins.fresh import boot_report
    from host.cli.plugins.overview import merged, overview

    with ground() as laid:
        found = overview(laid)
        if fresh:
            found = merged(found.question, found.plan, boot_report(laid.config, timeout), trial=True)
    if as_json:
        write_json(found.as_json())
    else:
        _write(found)
    raise typer.Exit(DEGRADED if strict and found.wanting else 0)


def _write(found: "Overview") -> None:
    write_table(_HEADS, [_cells(row) for row in found.rows.values()])
    for note in found.notes:
        typer.echo(note)


def _cells(row: "PluginStatus") -> tuple[str, ...]:
    reason = f"{row.reason} → {row.remedy}" if row.reason and row.remedy else row.reason
    stage = "–" if row.state == "planned" else row.stage
    return (row.id, row.state, stage, row.origin, row.version or "–", row.distribution or "–", reason)
