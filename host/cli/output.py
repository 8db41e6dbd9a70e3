"""How commands answer: tables, JSON, and the question before something that can't be undone."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from host.cli.faults import RefusedError

Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]


def write_json(value: Any) -> None:
    """Print `value` as JSON; what JSON doesn't know becomes text."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def write_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their heads, each column as wide as its widest cell."""
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def ask(question: str, *, yes: bool) -> None:
    """Go on only if the person agrees.

    Raises:
        RefusedError: the answer is no, or nobody is there to be asked and `yes` is not given.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError(f"{question} Nobody is here to answer.", remedy="Give --yes if you are sure.")
    if not typer.confirm(question):
        raise RefusedError("Nothing was changed.")
