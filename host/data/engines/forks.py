"""Keeps a forked process off the connections of its parent: two on one socket wait for each other."""

import os
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool

_engines: Final[WeakKeyDictionary[Engine, Callable[[], None]]] = WeakKeyDictionary()
_inherited: Final[list[Pool]] = []
"""Pools of the parent, kept for the life of the child: freeing their connections would close them."""


def leave_to_parent(engine: Engine, forget: Callable[[], None]) -> None:
    """Let every process that is forked from now on open connections of its own.

    Args:
        forget: drops what is known of the parent's connections.
    """
    _engines[engine] = forget


def _start_anew() -> None:
    for engine, forget in list(_engines.items()):
        _inherited.append(engine.pool)
        engine.dispose(close=False)
        forget()


os.register_at_fork(after_in_child=_start_anew)
