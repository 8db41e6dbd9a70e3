"""``app tasks``: how far resumable tasks are, and how to stop one."""

from dataclasses import asdict
from typing import Annotated

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table

app = typer.Typer(no_args_is_help=True, help="Resumable tasks: rotation, retention, backfills.")

Name = Annotated[str, typer.Argument(help="The task's name, as `app tasks list` shows it.")]


@app.command(name="list")
def list_tasks(as_json: Json = False) -> None:
    """Show every task, how far it is, and the command that goes on with it."""
    from host.data.tasks import TaskRunner

    with ground(prepare=True) as laid:
        found = TaskRunner(laid.host.database()).list()
    if as_json:
        write_json([asdict(each) for each in found])
        return
    rows = [
        (each.name, each.state, f"{each.done} of {each.total}" if each.total is not None else each.done, each.command)
        for each in found
    ]
    write_table(("task", "state", "done", "goes on with"), rows)
    for each in found:
        if each.error:
            typer.echo(f"{each.name} failed {each.attempts} times in a row: {each.error}", err=True)


@app.command()
def pause(name: Name) -> None:
    """Let a task stop after the step that it is in; its command goes on with it."""
    from host.data.tasks import TaskRunner

    with ground(prepare=True) as laid:
        stopped = TaskRunner(laid.host.database()).pause(name)
    typer.echo(f"{name} is {stopped.state}. Go on with: {stopped.command}")


@app.command()
def cancel(name: Name) -> None:
    """End a task after the step that it is in; what its steps did stays, and its command begins anew."""
    from host.data.tasks import TaskRunner

    with ground(prepare=True) as laid:
        stopped = TaskRunner(laid.host.database()).cancel(name)
    typer.echo(f"{name} is {stopped.state}.")
