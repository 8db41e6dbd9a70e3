"""Files in the data folder that nobody needs any more: old log files, what ended processes left half done."""

import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from host.kernel.processes import started_at
from host.logs.files import FILE, log_files

_HALF_WRITTEN: Final = re.compile(r"^(?:toggles|report|quarantine)\.(\d+)$|^\.probe-(\d+)$")
DAY_S: Final = 24 * 3600.0


def expired_files(data_dir: Path, log_folder: Path, *, log_days: float) -> Mapping[str, list[Path]]:
    """Return what → files.

    Args:
        log_days: days since the last line after which a log file that was set aside is old.
    """
    return {
        "old log files": list(_old_logs(log_folder, log_days)),
        "orphaned boot markers": list(_orphaned_markers(data_dir / "boot")),
        "half-written files": list(_half_written(data_dir)),
    }


def _old_logs(folder: Path, days: float) -> Iterator[Path]:
    set_aside = (path for path in log_files(folder) if path.name != FILE)
    yield from (path for path in set_aside if _age_s(path) > days * DAY_S)


def _orphaned_markers(folder: Path) -> Iterator[Path]:
    """Yield markers of other machines a day old: this machine's own are evidence, and read at the next start."""
    own = f"{socket.gethostname()}-"
    for path in sorted(folder.glob("*-*.json")):
        if not path.name.startswith(own) and _age_s(path) > DAY_S:
            yield path


def _half_written(data_dir: Path) -> Iterator[Path]:
    for folder in (data_dir, data_dir / "boot"):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            found = _HALF_WRITTEN.match(path.name)
            pid = int(next(filter(None, found.groups()))) if found else os.getpid()
            if pid != os.getpid() and started_at(pid) is None:
                yield path


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime
