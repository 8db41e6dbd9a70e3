"""What recovery commands stand on: settings, choices and the database, without importing one plugin."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host.kernel.ground import Ground


@contextmanager
def ground(*, prepare: bool = False) -> Iterator["Ground"]:
    """Lay the ground for one command and let the database go after it.

    Args:
        prepare: bring the host's own tables to head first, for commands that write to them.
    """
    from host.kernel.boot import lay_ground

    laid = lay_ground(prepare=prepare, quiet=True)
    try:
        yield laid
    finally:
        laid.host.database().dispose()
