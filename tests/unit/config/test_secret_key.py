import stat
import subprocess
import sys
from pathlib import Path

import pytest

from host.config import explain_config, load_config
from host.config.secret_key import KEY_FILE, keep_secret_key


def test_dev_makes_a_key_once_and_keeps_it(project: Path) -> None:
    first = load_config(project).security.secret_key.get_secret_value()
    assert len(first) >= 32
    assert load_config(project).security.secret_key.get_secret_value() == first
    mode = (project / "var" / KEY_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert [path.name for path in (project / "var").iterdir()] == [KEY_FILE]


def test_a_key_that_others_could_read_is_closed(project: Path) -> None:
    load_config(project)
    (project / "var" / KEY_FILE).chmod(0o644)
    load_config(project)
    assert stat.S_IMODE((project / "var" / KEY_FILE).stat().st_mode) == 0o600


def test_an_empty_file_is_no_key(project: Path) -> None:
    (project / "var").mkdir()
    (project / "var" / KEY_FILE).write_text("\n")
    key = load_config(project).security.secret_key.get_secret_value()
    assert len(key) >= 32
    assert (project / "var" / KEY_FILE).read_text() == key


def test_explaining_writes_nothing(project: Path) -> None:
    row = next(row for row in explain_config(project).rows if row.name == "security.secret_key")
    assert (row.value, row.layer) == ("********", "generated")
    assert not (project / "var").exists()


def test_a_given_key_is_not_replaced(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "mine")
    assert load_config(project).security.secret_key.get_secret_value() == "mine"
    assert not (project / "var").exists()


def test_a_folder_that_cannot_be_written_is_a_fault(project: Path) -> None:
    (project / "var").write_text("a file, not a folder")
    assert [fault.code for fault in explain_config(project).faults] == ["CFG-DATA-DIR"]


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    code = "import sys, pathlib, host.config.secret_key as s; print(s.keep_secret_key(pathlib.Path(sys.argv[1])))"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "data")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    keys = {process.communicate(timeout=60)[0].strip() for process in started}
    assert keys == {keep_secret_key(tmp_path / "data")}
