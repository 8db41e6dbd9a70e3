"""The table of capabilities: each filled by exactly one provider, and what stands there when none is active."""

from dataclasses import dataclass
from typing import Any, Final, Never

from host.contracts import Authenticator, BlobStore, CacheBackend, JobQueue, JobWaker
from host.errors import CapabilityMissingError


class NoJobs:
    """Absence of `jobs`: taking work would be a lie, so it refuses."""

    def enqueue(self, function: Any, /, **arguments: Any) -> Never:
        """Refuse, saying how to get jobs."""
        raise CapabilityMissingError(
            f"can't enqueue {getattr(function, '__name__', function)!r}: no active plugin provides 'jobs'.",
            remedy="Enable a plugin that does (`app plugins list`).",
        )


class NoBackend:
    """Absence of `cache_backend`: nothing is shared, every look misses."""

    def get(self, key: str) -> None:
        """Miss."""

    def set(self, key: str, value: bytes, ttl_s: float) -> None:
        """Keep nothing."""

    def delete(self, key: str) -> None:
        """Have nothing to remove."""


class NoWaker:
    """Absence of `job_waker`: workers find work by polling alone."""

    def wake(self, queue: str) -> None:
        """Send no hint."""


@dataclass(frozen=True, slots=True)
class Capability:
    """One row of the table.

    Args:
        may_degrade: if not, the app closes itself when the chosen provider is out.
        feature: kernel feature that switches the capability off, or ``None``.
    """

    name: str
    contract: type[Any]
    may_degrade: bool = True
    feature: str | None = None


CAPABILITIES: Final = {
    each.name: each
    for each in (
        Capability("auth", Authenticator, may_degrade=False),
        Capability("blobs", BlobStore, may_degrade=False),
        Capability("cache_backend", CacheBackend, feature="cache"),
        Capability("jobs", JobQueue, feature="jobs"),
        Capability("job_waker", JobWaker, feature="jobs"),
    )
}
SHORT_FORMS: Final = {"cache": "cache_backend"}
