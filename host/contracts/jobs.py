"""Capabilities `jobs` (the queue) and `job_waker` (tells workers that there is work). Both may degrade."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class JobQueue(Protocol):
    """Takes work that must not run inside the page."""

    def enqueue(self, function: Callable[..., Any], /, **arguments: Any) -> str:
        """Write a job in the caller's transaction and return its id."""
        ...


@runtime_checkable
class JobWaker(Protocol):
    """Carries the hint that a queue has work; losing a hint loses no job."""

    def wake(self, queue: str) -> None:
        """Tell the workers of `queue` to look."""
        ...
