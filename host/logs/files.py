"""Log files: JSON lines that several processes append to at once, set aside by size. Searching them is elsewhere."""

import logging
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = "app.jsonl"
_SET_ASIDE: Final = "app-*.jsonl"


class JsonLinesHandler(logging.Handler):
    """Appends each record as one line with one write, so that lines of several processes never mix.

    Args:
        folder: made if missing.
        rotate_bytes: size at which the file is renamed and a new one begun.
        keep: renamed files that stay; older ones are deleted.
    """

    def __init__(self, folder: Path, rotate_bytes: int, keep: int) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE
        self._rotate_bytes = rotate_bytes
        self._keep = keep
        self._torn = False
        self._descriptor = self._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a full disk is told on stderr and never stops the app."""
        try:
            self._append(self.format(record).encode("utf-8", errors="backslashreplace") + b"\n")
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Close the file."""
        self.acquire()
        try:
            descriptor, self._descriptor = self._descriptor, -1
            if descriptor >= 0:
                os.close(descriptor)
        finally:
            self.release()
        super().close()

    def _append(self, line: bytes) -> None:
        if self._moved():
            self._reopen()
        if self._full(len(line)):
            self._set_aside()
        # A line that was cut by a full disk must not swallow the next one.
        whole = b"\n" + line if self._torn else line
        self._torn = os.write(self._descriptor, whole) < len(whole)

    def _moved(self) -> bool:
        try:
            return not os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return True

    def _full(self, more: int) -> bool:
        size = os.fstat(self._descriptor).st_size
        return size > 0 and size + more > self._rotate_bytes

    def _set_aside(self) -> None:
        # Where two processes do it at once, the second finds no file, or renames one that has just begun.
        with suppress(FileNotFoundError):
            self._path.rename(self._path.with_name(_SET_ASIDE.replace("*", f"{time.time_ns()}-{secrets.token_hex(2)}")))
        self._reopen()
        for old in sorted(self._path.parent.glob(_SET_ASIDE), reverse=True)[self._keep :]:
            old.unlink(missing_ok=True)

    def _reopen(self) -> None:
        os.close(self._descriptor)
        self._descriptor = self._open()

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


def log_files(folder: Path) -> list[Path]:
    """Return the log files of a folder, oldest first."""
    current = folder / FILE
    return [*sorted(folder.glob(_SET_ASIDE)), *([current] if current.is_file() else [])]
