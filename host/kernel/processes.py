"""Tells processes apart by pid and start time, so that a reused pid is never taken for the old process."""

import os
from pathlib import Path


def started_at(pid: int) -> str | None:
    """Return when `pid` was started, in the kernel's own ticks; ``""`` where only its existence can be told.

    Returns:
        ``None`` when there is no such process.
    """
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        return _from_proc(stat)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""


def _from_proc(stat: Path) -> str | None:
    try:
        # The second field, the name, may hold spaces and brackets; the rest begins after its last bracket.
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[19]
