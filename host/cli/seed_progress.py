"""Shows how far a seed has come: a bar in a terminal, lines elsewhere, nothing where JSON is asked for."""

import sys
from types import TracebackType
from typing import Any, Final, Self

import typer

from host.contracts.seeding import SeedProgress

STEP_PERCENT: Final = 10
"""Percent of progress between two lines where no terminal shows a bar."""


class SeedVoice:
    """Says what one seed yields.

    Args:
        quiet: collect the lines and print nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.lines: Final[list[str]] = []
        self._quiet = quiet
        self._bar: Any = None
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end_bar()

    def begin(self, title: str) -> None:
        """Say which seed it is."""
        if not self._quiet:
            typer.echo(title)

    def say(self, said: str | SeedProgress) -> None:
        """Show a line, or how far it is."""
        if isinstance(said, str):
            self._end_bar()
            self.lines.append(said)
            self._print(said)
        elif not self._quiet:
            self._advance(said)

    def _advance(self, progress: SeedProgress) -> None:
        if not sys.stdout.isatty():
            self._tell(progress)
            return
        if self._bar is None:
            self._bar = typer.progressbar(length=progress.total, label=f"  {progress.what}", show_pos=True).__enter__()
        self._bar.update(progress.done - self._bar.pos)

    def _tell(self, progress: SeedProgress) -> None:
        percent = 100 * progress.done // max(1, progress.total)
        if percent >= self._told + STEP_PERCENT or progress.done >= progress.total:
            self._told = percent
            self._print(f"{progress.done:,} of {progress.total:,} {progress.what}")

    def _end_bar(self) -> None:
        self._told = 0
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def _print(self, line: str) -> None:
        if not self._quiet:
            typer.echo(f"  {line}")
