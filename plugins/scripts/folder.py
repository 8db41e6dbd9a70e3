"""A working directory for one thread, so that relative file names in a script mean its own folder.

Linux lets a thread leave the process's shared file system attributes (``unshare(CLONE_FS)``, no privilege needed);
whatever it opens then, in Python or in C, is resolved in its own directory and no other thread notices. Some
container profiles refuse the call and other systems lack it: `available` tells, and the caller falls back.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

CLONE_FS: Final = 0x200


def _leave() -> bool:
    """Give the calling thread its own copy of the file system attributes; false where that is refused."""
    library = ctypes.CDLL(None, use_errno=True)
    return bool(library.unshare(CLONE_FS) == 0)


@cache
def available() -> bool:
    """Tell whether threads may have working directories of their own, tried once in a thread that ends."""
    if sys.platform != "linux":
        return False
    answers: list[bool] = []
    trial = threading.Thread(target=lambda: answers.append(_leave()), name="scripts-working-directory")
    trial.start()
    trial.join()
    return answers == [True]


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make `folder` the calling thread's working directory for the block, if that is `available`.

    Threads that the block starts share the directory and keep it after the block.
    """
    if not available():
        yield
        return
    before = Path.cwd()
    _leave()
    os.chdir(folder)
    try:
        yield
    finally:
        _leave()
        os.chdir(before)
