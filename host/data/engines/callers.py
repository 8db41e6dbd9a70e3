"""Finds the line of a plugin's code that led here, without building a traceback: a walk over a dozen frames."""

import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Final, final

import host

_DATA: Final = str(Path(__file__).parents[1])
_HOST: Final = str(Path(host.__file__).parent)
_PACKAGES: Final = sysconfig.get_path("purelib")
_STANDARD: Final = sysconfig.get_path("stdlib")
_FRAMEWORKS: Final = frozenset(
    {"anyio", "duckdb_sqlalchemy", "pandas", "sqlalchemy", "starlette", "streamlit", "uvicorn"}
)
_INNER: Final = frozenset({"database.py", "unit_of_work.py", "batches", "engines", "monitor", "repository"})
"""Parts of the data layer that only pass a connection on."""


@final
class Place:
    """A line of code.

    Args:
        file: path of the source file.
        line: number of the line, from 1.
        function: name of the function it stands in.
    """

    __slots__ = ("file", "function", "line")

    def __init__(self, file: str, line: int, function: str) -> None:
        self.file = file
        self.line = line
        self.function = function

    def __str__(self) -> str:
        return f"{_shortened(self.file)}:{self.line}"


def caller() -> Place:
    """Return the nearest line outside the host, SQLAlchemy, the web frameworks and the standard library.

    Where there is none, as in the host's own threads, the nearest line outside the data layer's machinery is it.
    """
    here = sys._getframe(1)
    nearest: FrameType | None = None
    frame: FrameType | None = here
    while frame is not None:
        kind = _kind(frame.f_code.co_filename)
        if kind == "user":
            return _place(frame)
        if kind == "host" and nearest is None:
            nearest = frame
        frame = frame.f_back
    return _place(nearest or here)


def _place(frame: FrameType) -> Place:
    return Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)


@cache
def _kind(file: str) -> str:
    """Tell whose code a file is: ``user``, ``host``, or ``machinery``, which nobody looks for."""
    if file.startswith("<"):
        return "machinery"
    if file.startswith(_DATA):
        inner = Path(file).relative_to(_DATA).parts[0] in _INNER
        return "machinery" if inner else "host"
    if file.startswith(_HOST):
        return "host"
    if file.startswith(_PACKAGES):
        package = Path(file).relative_to(_PACKAGES).parts[0]
        return "machinery" if package in _FRAMEWORKS else "user"
    return "machinery" if file.startswith(_STANDARD) else "user"


@cache
def _shortened(file: str) -> str:
    """Return a path from its package on, from the current folder on, or its last three parts."""
    path = Path(file)
    for base in (Path(_PACKAGES), Path(_HOST).parent, Path.cwd()):
        if path.is_relative_to(base):
            return str(path.relative_to(base))
    return str(Path(*path.parts[-3:]))
