"""Errors that only the command line raises."""

from typing import ClassVar

from host.errors import HostError


class RefusedError(HostError):
    """What was asked for is not done, because it would do harm or nobody agreed."""

    exit_code: ClassVar[int] = 4


class GroupUnavailableError(HostError):
    """A plugin's commands can't be used now.

    Args:
        off: whether the plugin is switched off, rather than failed.
    """

    def __init__(self, message: str, *, remedy: str, off: bool) -> None:
        super().__init__(message, remedy=remedy)
        self.exit_code = 3 if off else 2  # type: ignore[misc]
