"""The stored report comes back whole, or not at all."""

import json
from pathlib import Path

import pytest

from host.kernel.exposure import Exposure
from host.kernel.report import PluginStatus, Report
from host.kernel.report_file import FILE_NAME, ReportFile

ROW = PluginStatus(
    id="shop", state="failed", stage="load", reason="why", requires=("a",), exposure=Exposure(frozenset({"x"}), 5.0)
)


def _change(folder: Path, **values: object) -> None:
    path = folder / FILE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_comes_back_as_it_was(tmp_path: Path) -> None:
    file = ReportFile(tmp_path / "new")
    file.write(Report([ROW]), "hash", "closed because", ("127.0.0.1", 8777))
    stored = file.read()
    assert stored is not None
    assert (stored.rows, stored.plan_hash, stored.closed) == ({"shop": ROW}, "hash", "closed because")
    assert (stored.running, stored.address) == (True, ("127.0.0.1", 8777))
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("change", [{"pid": 2**22 + 5}, {"started": "0"}, {"host": "elsewhere"}])
def test_another_process_is_not_taken_for_the_one_that_wrote(tmp_path: Path, change: dict[str, object]) -> None:
    ReportFile(tmp_path).write(Report([ROW]), "hash", None)
    process = json.loads((tmp_path / FILE_NAME).read_text())["process"]
    _change(tmp_path, process=process | change)
    stored = ReportFile(tmp_path).read()
    assert stored is not None
    assert not stored.running


@pytest.mark.parametrize("rows", [[{"id": "shop", "unknown": 1}], "none", [{}]])
def test_one_of_another_version_is_none(tmp_path: Path, rows: object) -> None:
    ReportFile(tmp_path).write(Report([ROW]), "hash", None)
    _change(tmp_path, plugins=rows)
    assert ReportFile(tmp_path).read() is None


def test_none_and_half_a_one_are_none(tmp_path: Path) -> None:
    assert ReportFile(tmp_path).read() is None
    (tmp_path / FILE_NAME).write_text('{"written":')
    assert ReportFile(tmp_path).read() is None


def test_what_cannot_be_written_or_read_is_no_report(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME / "in the way").mkdir(parents=True)
    ReportFile(tmp_path).write(Report([ROW]), "hash", None)
    assert ReportFile(tmp_path).read() is None
