"""Stored files in a folder, addressed by their content; the host's default for the capability `blobs`."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, final

from host.contracts.blobs import Blob

_ID: Final = re.compile(r"[0-9a-f]{64}")
_ABANDONED_S: Final = 24 * 3600
"""Seconds after which an unfinished file counts as left behind by a killed process."""


@final
class FolderBlobs:
    """Keeps each file as ``<folder>/<first two digits>/<sha256>``.

    A file is written beside, flushed to the disk and renamed: whatever has its final name is whole.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def put(self, chunks: Iterable[bytes]) -> Blob:
        """Store the concatenated `chunks` durably and return where."""
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                blob = _write(file, chunks)
            final_path = self._path(blob.id)
            final_path.parent.mkdir(exist_ok=True)
            temporary.replace(final_path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        for folder in (final_path.parent, self._folder):
            _flush_folder(folder)
        return blob

    def open(self, blob_id: str) -> BinaryIO:
        """Open a stored file for reading; ``FileNotFoundError`` names the id."""
        try:
            return self._path(blob_id).open("rb")
        except FileNotFoundError:
            msg = f"no stored file {blob_id}"
            raise FileNotFoundError(msg) from None

    def delete(self, blob_id: str) -> None:
        """Remove a stored file; removing an absent one is no error."""
        if _ID.fullmatch(blob_id):
            self._path(blob_id).unlink(missing_ok=True)

    def _path(self, blob_id: str) -> Path:
        if not _ID.fullmatch(blob_id):
            msg = f"no stored file {blob_id!r}: an id is 64 hexadecimal digits"
            raise FileNotFoundError(msg)
        return self._folder / blob_id[:2] / blob_id

    def _sweep(self) -> None:
        oldest = time.time() - _ABANDONED_S
        for file in self._incoming.iterdir():
            try:
                if file.stat().st_mtime < oldest:
                    file.unlink()
            except FileNotFoundError:
                continue  # another process swept or finished it


def _write(file: BinaryIO, chunks: Iterable[bytes]) -> Blob:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        digest.update(chunk)
        size += file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return Blob(digest.hexdigest(), size)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
