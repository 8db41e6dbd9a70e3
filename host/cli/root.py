"""The root of the command line: finds the command, runs it, turns what it raises into a message and an exit code."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.exceptions import TyperException

from host.cli.catalogue import ENTRIES
from host.cli.lazy import LazyGroup, Load, Stub, as_command
from host.cli.plugin_groups import PluginGroup, plugin_groups

USAGE: Final = 3
"""Exit code of a command line that can't be understood."""


class Root(LazyGroup):
    """The host's commands, and those of installed plugins."""

    entries = ENTRIES
    with_plugins = True
    """Whether plugins' groups are still to be added; the manual leaves them out."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the host's commands, then those of plugins."""
        self._add_plugin_groups()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the stub of `cmd_name`, or ``None``."""
        if cmd_name not in self.commands:
            self._add_plugin_groups()
        return super().get_command(ctx, cmd_name)

    def _add_plugin_groups(self) -> None:
        if not self.with_plugins:
            return
        self.with_plugins = False
        for group in plugin_groups():
            stub = Stub(group.name, group.help, _loader(group), hidden=not group.enabled)
            self.commands.setdefault(group.name, stub)


def _loader(group: PluginGroup) -> Load:
    def load(ctx: typer.Context) -> Any:
        from host.cli.plugin_commands import load_group

        return as_command(load_group(group, ctx), group.name, group.help)

    return load


root = typer.Typer(
    cls=Root,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"holdfast {version('holdfast')}")
        raise typer.Exit


def _use_project(project: Path | None) -> None:
    # At once: which commands there are is read from the project's own files.
    if project is not None:
        os.environ["HOLDFAST_ROOT"] = str(project)


@root.callback()
def _root(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            "-C",
            help="The project folder, instead of the current one.",
            is_eager=True,
            callback=_use_project,
        ),
    ] = None,
    as_user: Annotated[
        str | None,
        typer.Option("--as", metavar="LOGIN", help="Run a plugin's command as this user, with no more rights."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Holdfast: an app assembled from plugins, none of which can break it.

    Exit codes: 0 ok, 1 failed, 2 degraded, 3 wrong usage or settings, 4 refused.
    """
    if as_user == "":
        raise typer.BadParameter("name a user", param_hint="--as")
    if as_user is not None and context.invoked_subcommand in {entry.name for entry in ENTRIES}:
        from host.cli.faults import RefusedError

        what = f"--as is for commands of plugins; `app {context.invoked_subcommand}` is the host's own."
        raise RefusedError(what, remedy="Leave --as out: it runs as the person at this terminal.")


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every failure says on stderr what, where and how to fix it."""
    command = typer.main.get_command(root)
    try:
        result = command.main(args=list(arguments), prog_name="app", standalone_mode=False)
    except typer.Abort:
        typer.echo("Stopped; nothing was changed.", err=True)
        return 1
    except TyperException as error:
        return _wrong_usage(error, arguments)
    except Exception as error:
        from host.cli.errors import render_error

        return render_error(error, as_json="--json" in arguments)
    return result if isinstance(result, int) else 0


def _wrong_usage(error: TyperException, arguments: Sequence[str]) -> int:
    if "--json" in arguments:
        found = {"what": error.format_message(), "fix": "Look it up with --help.", "code": USAGE, "details": []}
        typer.echo(json.dumps({"error": found}), err=True)
    else:
        error.show(sys.stderr)  # type: ignore[attr-defined]
    return USAGE
