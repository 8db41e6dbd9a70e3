"""Runs a plugin's command on an app that is booted already, parsed by Typer as on a terminal."""

from collections.abc import Sequence
from typing import Final

import typer
from typer.testing import CliRunner

from host.contributions import Command
from host.errors import HostError
from host.kernel.application import Application
from host.kernel.registry import Owned

_CODES: Final = {2: 3}
"""Typer's code for wrong usage → the host's."""


def run_command(application: Application, words: Sequence[str]) -> tuple[int, str]:
    """Return exit code and output of ``app <words>``.

    Raises:
        Exception: what the command raised and the host's own command line would not turn into a message.
    """
    result = CliRunner().invoke(_commands(application), list(words))
    error = result.exception
    if isinstance(error, HostError):
        return error.exit_code, f"{result.output}{error}"
    if error is not None and not isinstance(error, SystemExit):
        raise error
    return _CODES.get(result.exit_code, result.exit_code), result.output


def _commands(application: Application) -> typer.Typer:
    root = typer.Typer(add_completion=False)
    root.callback()(_nothing)
    groups: dict[str, typer.Typer] = {}
    for owned in application.commands:
        group = groups.setdefault(owned.value.group, typer.Typer())
        _add(group, application, owned)
    for name, group in groups.items():
        group.callback()(_nothing)
        root.add_typer(group, name=name)
    return root


def _add(group: typer.Typer, application: Application, owned: Owned[Command]) -> None:
    group.command(owned.value.name)(application.bind(owned.plugin, owned.value.run))


def _nothing() -> None:
    """Typer keeps a level of sub-commands only where there is a callback."""
