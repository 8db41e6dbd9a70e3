"""`flag` and `flags`: what pages, commands and routes ask; the answers hold for the whole run."""

from typing import Any

from host.kernel.context import current
from host.kernel.flags.view import FlagView


def flag(name: str) -> Any:
    """Return a flag's value for who acts, of the type that the flag was declared with.

    It never raises for what operators or another flag service did: then it is the flag's default.

    Args:
        name: ``<plugin>.<flag>``.

    Raises:
        UnknownFlagError: no active plugin declares it; the message names the nearest.
        NoContextError: called outside a run, fragment, job or command.
    """
    return flags()[name]


def flags() -> FlagView:
    """Return every flag for who acts: name → value, the same until the end of this run.

    Raises:
        NoContextError: called outside a run, fragment, job or command.
    """
    context = current()
    if context.flags is not None:
        return context.flags
    return context.application.feature_flags.view(context.principal)
