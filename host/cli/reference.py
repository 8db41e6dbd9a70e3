"""Writes ``docs/cli.md`` out of the commands themselves; plugins' own commands are their manuals' business."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer

from host.cli.lazy import loaded
from host.cli.root import Root, root

_WIDTH: Final = 100
_HEAD: Final = """\
# The command line

Generated from the commands: change their texts, then `make docs`.

Every command answers on stdout and explains failures on stderr: what is wrong, where, and how to fix it. With
`--json` both are JSON. Exit codes are stable: 0 ok, 1 failed, 2 degraded, 3 wrong usage or settings, 4 refused.
Commands of plugins, such as `app warehouse import`, appear beside these while their plugin is switched on.
`app --install-completion` teaches the shell to complete commands and plugin ids.
"""


def reference() -> str:
    """Return the whole text."""
    command = typer.main.get_command(root)
    assert isinstance(command, Root)
    command.with_plugins = False
    return "\n".join([_HEAD, *_sections(command, None, "app")]).rstrip() + "\n"


def _sections(command: Any, parent: typer.Context | None, name: str) -> Iterator[str]:
    context = typer.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH)
    context.help_option_names = ["-h", "--help"]
    yield f"## `{context.command_path}`\n\n```text\n{_help(command, context)}\n```\n"
    for sub, stub in getattr(command, "commands", {}).items():
        yield from _sections(loaded(stub, context), context, sub)


def _help(command: Any, context: typer.Context) -> str:
    lines: list[str] = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)


if __name__ == "__main__":
    import sys

    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
