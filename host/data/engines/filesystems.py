"""Tells on what kind of filesystem a path lies, because SQLite's write-ahead log needs memory shared by processes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

NETWORK: Final = frozenset({"afs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "nfs", "nfs4", "smb3"})
_MOUNTS: Final = Path("/proc/self/mounts")


def network_filesystem(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network filesystem that `folder` lies on; ``None`` for a local one, or where it is unknown."""
    if not mounts.is_file():
        return None
    path = folder.resolve()
    holding = [(point, kind) for point, kind in _mounted(mounts) if path.is_relative_to(point)]
    # Of equally deep mounts the last one covers the others.
    deepest = max(enumerate(holding), key=lambda each: (len(each[1][0].parts), each[0]), default=None)
    kind = deepest[1][1] if deepest else ""
    return kind if kind in NETWORK else None


def _mounted(mounts: Path) -> Iterator[tuple[Path, str]]:
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        _, point, kind, *_ = line.split(" ")
        # The kernel writes blanks and backslashes in paths as octal escapes.
        yield Path(point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")), kind
