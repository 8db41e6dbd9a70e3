import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from host.logs.files import FILE, JsonLinesHandler, log_files

WRITER = """
import logging, sys
from pathlib import Path
from host.logs.files import JsonLinesHandler
handler = JsonLinesHandler(Path(sys.argv[1]), int(sys.argv[3]), 1000)
for number in range(400):
    line = '{"who": "%s", "number": %d, "fill": "%s"}' % (sys.argv[2], number, "x" * 300)
    handler.handle(logging.makeLogRecord({"msg": line}))
"""


def record(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text})


def test_lines_of_several_processes_neither_mix_nor_get_lost_over_rotations(tmp_path: Path) -> None:
    started = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(who), "20000"]) for who in range(3)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    lines = [json.loads(line) for path in log_files(tmp_path) for line in path.read_text().splitlines()]
    assert len(log_files(tmp_path)) > 10
    for who in "012":
        assert sorted(line["number"] for line in lines if line["who"] == who) == list(range(400))


def test_a_file_that_another_process_has_just_renamed_costs_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = JsonLinesHandler(tmp_path, rotate_bytes=100, keep=5)
    handler.handle(record("x" * 90))

    def renamed_meanwhile(path: Path, target: Path) -> None:
        path.replace(tmp_path / "app-0-aaaa.jsonl")
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "rename", renamed_meanwhile)
    handler.handle(record("the next line"))
    handler.close()
    assert (tmp_path / FILE).read_text() == "the next line\n"


def test_old_files_are_deleted(tmp_path: Path) -> None:
    handler = JsonLinesHandler(tmp_path, rotate_bytes=1024, keep=2)
    for number in range(100):
        handler.handle(record(f"{number:03} {'x' * 196}"))
    handler.close()
    files = log_files(tmp_path)
    assert [path.name == FILE for path in files] == [False, False, True]
    assert [len(path.read_text().splitlines()) for path in files] == [5, 5, 5]
    assert files[-1].read_text().splitlines()[-1].startswith("099")


def test_a_file_that_was_deleted_is_begun_anew(tmp_path: Path) -> None:
    handler = JsonLinesHandler(tmp_path, rotate_bytes=10_000, keep=1)
    handler.handle(record("one"))
    (tmp_path / FILE).unlink()
    handler.handle(record("two"))
    handler.close()
    assert (tmp_path / FILE).read_text() == "two\n"


def test_a_full_disk_is_told_and_the_next_line_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = JsonLinesHandler(tmp_path, rotate_bytes=10_000, keep=1)
    real = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
        handler.handle(record("first line"))
    handler.handle(record("second line"))
    handler.close()
    handler.handle(record("after the end"))
    assert (tmp_path / FILE).read_text() == "fir\nsecond line\n"
    assert "Logging error" in capsys.readouterr().err


def test_others_may_not_read_the_files(tmp_path: Path) -> None:
    JsonLinesHandler(tmp_path, rotate_bytes=10_000, keep=1).close()
    assert (tmp_path / FILE).stat().st_mode & 0o007 == 0
