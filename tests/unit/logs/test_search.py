import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host.logs.files import FILE
from host.logs.search import find, stats, top

LINES = [
    {"timestamp": "2026-01-01T10:00:00Z", "level": "info", "logger": "a", "event": "run", "correlation_id": "c-1"},
    {"timestamp": "2026-01-01T10:00:01Z", "level": "error", "logger": "a", "event": "bad", "correlation_id": "c-1",
     "error_id": "E-AAAA2222"},
    {"timestamp": "2026-01-01T10:00:02Z", "level": "info", "logger": "b", "event": "speaks of E-AAAA2222"},
    {"timestamp": "2026-01-01T11:00:00Z", "level": "error", "logger": "a", "event": "bad", "error_id": "E-BBBB2222"},
    {"timestamp": "2026-01-01T11:00:01Z", "level": "warning", "logger": "b", "event": "odd", "correlation_id": "c-2"},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, the older one cut off midway."""
    older, newer = LINES[:3], LINES[3:]
    (tmp_path / "app-1-aaaa.jsonl").write_text("".join(json.dumps(line) + "\n" for line in older) + '{"cut": ')
    (tmp_path / FILE).write_text("".join(json.dumps(line) + "\n" for line in newer))
    return tmp_path


def test_an_error_id_finds_its_run_in_all_files(folder: Path) -> None:
    assert [line["event"] for line in find(folder, "e-aaaa2222")] == ["run", "bad"]
    assert [line["event"] for line in find(folder, "E-BBBB2222")] == ["bad"]


def test_a_correlation_id_finds_its_lines(folder: Path) -> None:
    assert list(find(folder, "c-2")) == [LINES[4]]
    assert list(find(folder, "c-3")) == []


def test_the_most_frequent_come_first(folder: Path) -> None:
    frequent = top(folder, 5)
    assert [(kind.count, kind.event, kind.error_id) for kind in frequent] == [(2, "bad", "E-BBBB2222"), (1, "odd", "")]
    assert [kind.count for kind in top(folder, 5, since=datetime(2026, 1, 1, 10, 30, tzinfo=UTC))] == [1, 1]
    assert len(top(folder, 1)) == 1


def test_figures(folder: Path) -> None:
    found = stats(folder)
    assert (found.files, found.lines, found.unreadable) == (2, 6, 1)
    assert (found.first, found.last) == (LINES[0]["timestamp"], LINES[4]["timestamp"])
    assert found.levels == {"info": 2, "error": 2, "warning": 1}
    assert found.loggers == {"a": 3, "b": 2}


def test_an_empty_folder_is_empty(tmp_path: Path) -> None:
    assert (list(find(tmp_path, "x")), top(tmp_path, 3), stats(tmp_path).lines) == ([], [], 0)
    assert stats(tmp_path / "missing").files == 0
