"""The content of a file on its way into the blobs and out of them.

Blobs are addressed by content, so equal contents would share one blob and nobody could tell whether the last file that
needs it is gone. Each blob therefore begins with its file's id: it belongs to that file alone.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from host.contracts.blobs import BlobStore
from host.errors import ValidationError

CHUNK: Final = 1 << 16
IN_MEMORY: Final = 8 << 20
"""Bytes that are held in memory while a file is taken; longer ones lie on the disk meanwhile."""
MARK: Final = 32
"""Bytes before the content: the file's id."""


@contextmanager
def gathered(file_id: str, content: Iterable[bytes] | Path, most_bytes: int) -> Iterator[tuple[IO[bytes], str, int]]:
    """Yield the marked content, the id that its blob will have, and the bytes of the content without the mark.

    Raises:
        ValidationError: it is longer than `most_bytes`.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
        digest, size = hashlib.sha256(), 0
        spool.write(file_id.encode())
        digest.update(file_id.encode())
        for chunk in _chunks(content):
            size += len(chunk)
            if size > most_bytes:
                raise ValidationError(f"The file is larger than {most_bytes} bytes.", remedy="Offer a smaller part.")
            digest.update(chunk)
            spool.write(chunk)
        spool.seek(0)
        yield spool, digest.hexdigest(), size


def rewound(spool: IO[bytes]) -> Iterator[bytes]:
    """Yield what was gathered, mark included."""
    spool.seek(0)
    yield from iter(lambda: spool.read(CHUNK), b"")


def read(blobs: BlobStore, blob_id: str) -> Iterator[bytes]:
    """Return the content of a stored file without its mark; opened at once.

    Raises:
        FileNotFoundError: the blob is gone.
    """
    file = blobs.open(blob_id)

    def chunks() -> Iterator[bytes]:
        with file:
            file.seek(MARK)
            yield from iter(lambda: file.read(CHUNK), b"")

    return chunks()


def _chunks(content: Iterable[bytes] | Path) -> Iterator[bytes]:
    if isinstance(content, Path):
        with content.open("rb") as file:
            yield from iter(lambda: file.read(CHUNK), b"")
    else:
        yield from content
