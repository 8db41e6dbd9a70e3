"""Searches the log files of this machine: by id, by frequency, in figures. It reads JSON lines and writes nothing."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from host.logs.files import log_files

Line = dict[str, Any]
_IDS: Final = ("error_id", "correlation_id")
_BAD: Final = frozenset({"warning", "error", "critical"})


@dataclass(frozen=True, slots=True)
class Frequent:
    """One kind of line and how often it was written."""

    count: int
    level: str
    logger: str
    event: str
    last: str
    """Time of the newest, ISO 8601 in UTC."""
    error_id: str
    """Error id of the newest, or empty."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The log files in figures."""

    files: int
    size_bytes: int
    lines: int
    unreadable: int
    """Lines that are not JSON: written by a process that was killed midway, or by something else."""
    first: str
    last: str
    levels: dict[str, int]
    loggers: dict[str, int]


def find(folder: Path, wanted: str) -> Iterator[Line]:
    """Yield every line whose error id or correlation id is `wanted`, oldest first, and those of the same run.

    Args:
        folder: of the log files.
        wanted: an error id such as ``E-7K2M9QXA`` in either case, or a correlation id.
    """
    error = next((line for line in _matching(folder, {wanted.upper()}) if line.get("error_id") == wanted.upper()), None)
    ids = {wanted} if error is None else {error["error_id"], error.get("correlation_id") or error["error_id"]}
    yield from _matching(folder, ids)


def top(folder: Path, limit: int, *, since: datetime | None = None) -> list[Frequent]:
    """Return the most frequent warnings and errors.

    Args:
        folder: of the log files.
        limit: kinds to return.
        since: older lines are left out.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    newest: dict[tuple[str, str, str], Line] = {}
    for line in _lines(folder):
        if line.get("level") in _BAD and _is_after(line, since):
            kind = (str(line["level"]), str(line.get("logger", "")), str(line.get("event", "")))
            counts[kind] += 1
            newest[kind] = line
    return [_frequent(kind, count, newest[kind]) for kind, count in counts.most_common(limit)]


def stats(folder: Path) -> Stats:
    """Count lines by level and logger."""
    files = log_files(folder)
    levels: Counter[str] = Counter()
    loggers: Counter[str] = Counter()
    times: list[str] = []
    unreadable = 0
    for text in _texts(files):
        line = _parsed(text)
        if line is None:
            unreadable += 1
            continue
        levels[str(line.get("level", "unknown"))] += 1
        loggers[str(line.get("logger", "unknown"))] += 1
        stamp = str(line.get("timestamp", ""))
        times = [min([*times, stamp]), max([*times, stamp])] if stamp else times
    size = sum(path.stat().st_size for path in files)
    first, last = (times[0], times[-1]) if times else ("", "")
    total = levels.total() + unreadable
    return Stats(
        len(files), size, total, unreadable, first, last, dict(levels.most_common()), dict(loggers.most_common())
    )


def _frequent(kind: tuple[str, str, str], count: int, newest: Line) -> Frequent:
    return Frequent(count, *kind, str(newest.get("timestamp", "")), str(newest.get("error_id", "")))


def _is_after(line: Line, since: datetime | None) -> bool:
    if since is None:
        return True
    try:
        return datetime.fromisoformat(str(line.get("timestamp"))) >= since
    except ValueError:
        return False


def _matching(folder: Path, ids: set[str]) -> Iterator[Line]:
    for text in _texts(log_files(folder)):
        if any(id_ in text for id_ in ids):
            line = _parsed(text)
            if line is not None and any(line.get(name) in ids for name in _IDS):
                yield line


def _lines(folder: Path) -> Iterator[Line]:
    for text in _texts(log_files(folder)):
        line = _parsed(text)
        if line is not None:
            yield line


def _texts(files: list[Path]) -> Iterator[str]:
    for path in files:
        try:
            file = path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue  # deleted by a rotation since the folder was listed
        with file:
            yield from (text for text in file if text.strip())


def _parsed(text: str) -> Line | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
