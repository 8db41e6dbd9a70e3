"""Notices changed files: settings always, code in development. What a change means is decided elsewhere."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from watchfiles import Change, awatch

Heard = Callable[[set[str]], None]
_FOLDER: Final = "/config"


async def watch_settings(root: Path, heard: Heard, stop: asyncio.Event) -> None:
    """Tell of changed settings files in the project folder and its ``config/``, until `stop` is set.

    A ``config/`` folder that appears later or replaces another is taken up.
    """
    while not stop.is_set():
        folders = [folder for folder in (root, root / "config") if folder.is_dir()]
        async for changes in awatch(*folders, watch_filter=_is_settings, stop_event=stop, recursive=False):
            paths = {path for _, path in changes}
            heard(paths)
            if any(path.endswith(_FOLDER) for path in paths):
                break  # a watch holds to the folder that it began with, also where another took its place


async def watch_code(folders: Iterable[Path], heard: Heard, stop: asyncio.Event) -> None:
    """Tell of changed code below `folders`, until `stop` is set."""
    async for changes in awatch(*folders, watch_filter=_is_code, stop_event=stop):
        heard({path for _, path in changes})


def _is_settings(_: Change, path: str) -> bool:
    return path.endswith((".toml", "/.env", _FOLDER))


def _is_code(_: Change, path: str) -> bool:
    return path.endswith((".py", ".toml", ".css", ".html"))
