"""The anchor: a file outside the database that remembers how far the chain went, so that a cut tail is found."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, final

from host.data.audit.chaining import Chains, Head
from host.data.audit.writer import AuditKeys
from host.logs import get_logger
from host.security import UnknownKeyError
from host.security.chain import same

_log: Final = get_logger(__name__)
FILE_NAME: Final = "audit-anchor.jsonl"
_TAIL_BYTES: Final = 4096


@final
@dataclass(frozen=True, slots=True)
class Anchored:
    """One line of the file.

    Args:
        line: its number, from 1.
        genuine: whether its own mac is right.
    """

    line: int
    seq: int
    seal: str
    at: str
    genuine: bool


@final
class Anchor:
    """Appends the chain's head to a file; several processes may.

    Args:
        path: the file; put it where whoever can change the database cannot change it.
        keys: authenticate the lines.
    """

    def __init__(self, path: Path, keys: AuditKeys) -> None:
        self.path: Final = path
        self._keys = keys

    def append(self, head: Head) -> None:
        """Write the head down, to the disk, and into the log."""
        key = self._keys.current("audit")
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "seq": head.seq, "seal": head.seal}
        mac = Chains(self._keys).of(key.id).mac(_text(entry))
        line = json.dumps({**entry, "key_id": key.id, "mac": mac}, separators=(",", ":")) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One write to a file opened for appending: lines of several processes never mix.
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                # A power cut left half a line; this one must not become part of it.
                line = "\n" + line
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _log.info("audit chain anchored", seq=head.seq, seal=head.seal)

    def last(self) -> Anchored | None:
        """Return the newest whole line, or ``None``."""
        if not self.path.is_file():
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
        found = (self._read(0, line) for line in reversed(lines))
        return next((each for each in found if each is not None and each.genuine), None)

    def lines(self) -> Iterator[Anchored]:
        """Return every line, oldest first; a line cut short by a crash counts as not genuine."""
        if not self.path.is_file():
            return
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                yield self._read(number, line) or Anchored(number, 0, "", "", genuine=False)

    def _read(self, number: int, line: str) -> Anchored | None:
        try:
            entry = json.loads(line)
            expected = Chains(self._keys).of(entry["key_id"]).mac(_text(entry))
            genuine = same(entry["mac"], expected)
            return Anchored(number, int(entry["seq"]), str(entry["seal"]), str(entry["at"]), genuine=genuine)
        except (ValueError, KeyError, TypeError, UnknownKeyError):
            return None


def _text(entry: dict[str, object]) -> str:
    return f"anchor\0{entry['at']}\0{entry['seq']}\0{entry['seal']}"
