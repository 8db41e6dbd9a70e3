"""The commands of ``app users``."""

from collections.abc import Sequence

from host import Command


def commands() -> Sequence[Command]:
    """Return every command of the plugin."""
    return ()
