import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.contracts.blobs import Blob, BlobStore
from host.data import FolderBlobs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> FolderBlobs:
    return FolderBlobs(folder)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_fills_the_contract(blobs: FolderBlobs):
    assert isinstance(blobs, BlobStore)


def test_a_file_is_stored_under_the_hash_of_its_content(blobs: FolderBlobs):
    blob = blobs.put([b"hold", b"", b"fast"])
    assert blob == Blob(hashlib.sha256(b"holdfast").hexdigest(), 8)
    with blobs.open(blob.id) as file:
        assert file.read() == b"holdfast"


def test_the_same_content_is_stored_once(blobs: FolderBlobs, folder: Path):
    assert blobs.put([b"same"]) == blobs.put([b"sa", b"me"])
    assert len(files(folder)) == 1


def test_nothing_is_left_when_the_source_breaks_off(blobs: FolderBlobs, folder: Path):
    def broken() -> Iterator[bytes]:
        yield b"first half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blobs.put(broken())
    assert files(folder) == []


def test_an_absent_file_is_named(blobs: FolderBlobs):
    absent = "0" * 64
    with pytest.raises(FileNotFoundError, match=absent):
        blobs.open(absent)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "\n"])
def test_an_id_never_leads_out_of_the_folder(blobs: FolderBlobs, name: str):
    with pytest.raises(FileNotFoundError):
        blobs.open(name)
    blobs.delete(name)


def test_deleting_twice_is_no_error(blobs: FolderBlobs):
    blob = blobs.put([b"gone"])
    blobs.delete(blob.id)
    blobs.delete(blob.id)
    with pytest.raises(FileNotFoundError):
        blobs.open(blob.id)


def test_what_a_killed_process_left_behind_is_swept_after_a_day(blobs: FolderBlobs, folder: Path):
    old, young = folder / "incoming" / "old", folder / "incoming" / "young"
    for file in (old, young):
        file.write_bytes(b"unfinished")
    day_ago = time.time() - 25 * 3600
    os.utime(old, (day_ago, day_ago))
    FolderBlobs(folder)
    assert files(folder) == [young]
