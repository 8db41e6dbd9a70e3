"""Prints figures as a Markdown table."""

import platform
import sys
from collections.abc import Iterable, Sequence

import sqlalchemy

from host.data.engines.sqlite_driver import sqlite_driver


def show(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table under its title, ready to be pasted into the manual."""
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    write(f"\n### {title}\n")
    for line in lines:
        write("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")


def surroundings() -> None:
    """Print what it was measured on."""
    versions = f"Python {platform.python_version()}, SQLAlchemy {sqlalchemy.__version__}"
    write(f"{versions}, SQLite {sqlite_driver()}, {platform.machine()}")


def write(line: str) -> None:
    """Print a line at once, so that a long run can be watched."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
