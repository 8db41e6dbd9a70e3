"""Passwords on the command line: typed unseen or read from a pipe, never an argument that every process can read."""

import sys
from typing import Annotated

import typer

from plugins.auth.problems import refuse

FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Ask = Annotated[bool, typer.Option("--ask-password", help="Type the password unseen, instead of making a link.")]


def read_password(*, from_stdin: bool, ask: bool) -> str | None:
    """Return the password that was given, ``None`` where none was asked for.

    Raises:
        InputError: both ways were asked for, nothing was piped in, or nobody is there to type.
    """
    if from_stdin and ask:
        raise refuse("auth.cli.password_twice")
    if from_stdin:
        text = sys.stdin.readline().rstrip("\r\n")
        if not text:
            raise refuse("auth.cli.password_missing")
        return text
    if not ask:
        return None
    if not sys.stdin.isatty():
        raise refuse("auth.cli.nobody_types")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed
