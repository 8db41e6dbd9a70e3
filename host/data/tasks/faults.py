"""Why a task doesn't run here and now."""

from typing import ClassVar

from host.errors import HostError


class TaskHeldError(HostError):
    """Another process runs the task."""

    exit_code: ClassVar[int] = 4


class LeaseLostError(HostError):
    """Another process took the task over; the step that noticed it was rolled back."""


class TaskCancelledError(HostError):
    """The task was cancelled; it goes on only if somebody says so."""

    exit_code: ClassVar[int] = 4
