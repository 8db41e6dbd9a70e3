"""Capability `cache_backend`: the shared store behind the host's cache. May degrade to the process."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class CacheBackend(Protocol):
    """A store of bytes by key that several processes share."""

    def get(self, key: str) -> bytes | None:
        """Return the stored bytes, or ``None`` when absent or expired."""
        ...

    def set(self, key: str, value: bytes, ttl_s: float) -> None:
        """Store `value` for `ttl_s` seconds."""
        ...

    def delete(self, key: str) -> None:
        """Remove `key`; removing an absent one is no error."""
        ...
