"""The root of the command line: finds the command, runs it, turns what it raises into a message and an exit code."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from host.cli.catalogue import ENTRIES, Entry
from host.cli.plugin_groups import PluginGroup, plugin_groups

USAGE: Final = 3
Load = Callable[[], Any]


class Stub(TyperCommand):
    """Stands in the list of commands until it is used."""

    def __init__(self, name: str, text: str, load: Load, *, hidden: bool = False) -> None:
        super().__init__(name, help=text, hidden=hidden, rich_markup_mode=None)
        self.load: Final = load


class LazyGroup(TyperGroup):
    """Knows its commands by name and line; imports the one that is used."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {entry.name: Stub(entry.name, entry.help, _loader(entry)) for entry in ENTRIES}
        self._complete = False

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Return the host's commands, then those of plugins."""
        self._add_plugin_groups()
        return super().list_commands(ctx)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Return the stub of `cmd_name`, or ``None``."""
        if cmd_name not in self.commands:
            self._add_plugin_groups()
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> tuple[str | None, Any, list[str]]:  # type: ignore[override]
        """Return the command itself."""
        name, stub, rest = super().resolve_command(ctx, args)
        return name, stub.load() if isinstance(stub, Stub) else stub, rest

    def _add_plugin_groups(self) -> None:
        if self._complete:
            return
        self._complete = True
        for group in plugin_groups():
            stub = Stub(group.name, group.help, _plugin_loader(group), hidden=not group.enabled)
            self.commands.setdefault(group.name, stub)


def _loader(entry: Entry) -> Load:
    def load() -> Any:
        module, _, attribute = entry.target.partition(":")
        return as_command(getattr(import_module(module), attribute), entry.name, entry.help)

    return load


def _plugin_loader(group: PluginGroup) -> Load:
    def load() -> Any:
        from host.cli.plugin_commands import load_group

        return as_command(load_group(group.name, group.plugin), group.name, group.help)

    return load


def as_command(target: Any, name: str, text: str) -> Any:
    """Return the command of a function or of a `typer.Typer`, under `name`, its help without markup."""
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command()(target)
        target = single
    else:
        target._add_completion = False
    command = typer.main.get_command(target)
    command.name, command.help = name, command.help or text
    _without_markup(command)
    return command


def _without_markup(command: Any) -> None:
    """Rich takes longer to import than everything else here, and its boxes are no text to search in."""
    command.rich_markup_mode = None
    for each in getattr(command, "commands", {}).values():
        _without_markup(each)


root = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"holdfast {version('holdfast')}")
        raise typer.Exit


@root.callback()
def _root(
    project: Annotated[
        Path | None, typer.Option("--project", "-C", help="The project folder, instead of the current one.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Holdfast: an app assembled from plugins, none of which can break it.

    Exit codes: 0 ok, 1 failed, 2 degraded, 3 wrong usage or settings, 4 refused.
    """
    if project is not None:
        os.environ["HOLDFAST_ROOT"] = str(project)


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
        import json

        found = {"type": "UsageError", "message": error.format_message(), "remedy": "See --help.", "exit_code": USAGE}
        typer.echo(json.dumps({"error": found}), err=True)
    else:
        error.show(sys.stderr)  # type: ignore[attr-defined]
    return USAGE
