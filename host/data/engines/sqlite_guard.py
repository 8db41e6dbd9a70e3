"""Keeps a second SQLite library of this process away from a file that the first one has open.

The kernel's file locks belong to the process: a library that closes the file drops the locks of the other one, which
then goes on writing without (https://sqlite.org/howtocorrupt.html, "multiple copies of SQLite linked into the same
application"). Other processes may use whichever library they like.
"""

import os
import sys
import threading
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from host.errors import HostError

_guarded: Final[set[str]] = set()
_lock: Final = threading.Lock()


class SecondSqliteError(HostError):
    """The standard library's `sqlite3` was pointed at a file that this process has open by another library."""


def guard(file: str) -> None:
    """Refuse every later `sqlite3.connect(file)` of this process, for as long as it lives."""
    with _lock:
        first = not _guarded
        _guarded.add(os.path.realpath(file))
        if first:
            sys.addaudithook(_on_event)


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect" and _path(arguments[0]) in _guarded:
        problem = f"sqlite3.connect({arguments[0]!r}) would use a second SQLite library on the app's own file."
        raise SecondSqliteError(problem, remedy="Use database.driver.connect(…), or a unit of work.")


def _path(database: Any) -> str | None:
    try:
        name = os.fsdecode(database)
    except TypeError:
        return None
    return os.path.realpath(unquote(urlsplit(name).path) if name.startswith("file:") else name)
