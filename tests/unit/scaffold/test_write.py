"""Writing a package: whole or not at all."""

from pathlib import Path

import pytest

from host.errors import ValidationError
from host.scaffold import Names, write, write_package

NAMES = Names("quill", "holdfast-quill", "holdfast_quill")


def test_every_file_is_there_and_filled(tmp_path: Path) -> None:
    target = write_package(NAMES, tmp_path)
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    expected = (
        "pyproject.toml", "README.md", ".gitignore", "tests/test_conformance.py", "holdfast_quill/plugin.toml",
        "holdfast_quill/plugin.py", "holdfast_quill/settings.py", "holdfast_quill/services.py",
        "holdfast_quill/models.py", "holdfast_quill/pages.py", "holdfast_quill/api.py", "holdfast_quill/py.typed",
        "holdfast_quill/texts/en.toml", "holdfast_quill/texts/de.toml",
    )  # fmt: skip
    assert set(expected) <= files
    assert not [name for name in files if "{{" in (target / name).read_text("utf-8") or name.endswith(".tmpl")]


def test_a_folder_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "holdfast-quill").mkdir()
    (tmp_path / "holdfast-quill" / "mine").touch()
    with pytest.raises(ValidationError, match="exists already"):
        write_package(NAMES, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["holdfast-quill", "mine"]


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="not a folder"):
        write_package(NAMES, tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a.txt": "written", "b.txt": "\udc00 can't be encoded"}
    monkeypatch.setattr(write, "rendered", lambda names: files)
    with pytest.raises(UnicodeEncodeError):
        write_package(NAMES, tmp_path)
    assert list(tmp_path.iterdir()) == []
