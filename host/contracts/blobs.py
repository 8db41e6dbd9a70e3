"""Capability `blobs`: stored files, addressed by their content."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file.

    Args:
        id: SHA-256 of the content, hexadecimal; the same content has the same id.
        size: bytes.
    """

    id: str
    size: int


@runtime_checkable
class BlobStore(Protocol):
    """Keeps files so that they survive the process; each method is safe to call again after a crash."""

    def put(self, chunks: Iterable[bytes]) -> Blob:
        """Store the concatenated `chunks` durably and return where; nothing is visible before it is whole."""
        ...

    def open(self, blob_id: str) -> BinaryIO:
        """Open a stored file for reading; ``FileNotFoundError`` names the id."""
        ...

    def delete(self, blob_id: str) -> None:
        """Remove a stored file; removing an absent one is no error."""
        ...
