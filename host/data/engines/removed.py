"""Finds SQLite files removed or replaced under a running process, which goes on writing where nobody reads."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import URL

_OPEN_FILES: Final = Path("/proc/self/fd")
_GONE: Final = " (deleted)"


def removed_files(url: URL) -> list[str]:
    """Return which files of the database this process has open although they are gone (Linux; elsewhere none)."""
    own = {os.path.realpath(str(url.database)) + ending for ending in ("", "-wal")}
    return sorted(own.intersection(path.removesuffix(_GONE) for path in _open_paths() if path.endswith(_GONE)))


def _open_paths() -> Iterator[str]:
    for each in _OPEN_FILES.iterdir() if _OPEN_FILES.is_dir() else ():
        try:
            yield str(each.readlink())
        except FileNotFoundError:
            # Closed meanwhile.
            continue
