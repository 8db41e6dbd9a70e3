"""Folders of packages are found without importing anything."""

import sys
from pathlib import Path

import pytest

from host.kernel.locate import package_folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the path whose packages raise when they are imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("regular", "regular/inner"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "space" / "deep" / "leaf").mkdir(parents=True)
    (tmp_path / "space" / "deep" / "leaf" / "plugin.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "single.py").write_text("raise RuntimeError('imported')")
    return tmp_path


@pytest.mark.parametrize(
    ("module", "folder"),
    [
        ("regular.plugin", "regular"),
        ("regular.inner.plugin", "regular/inner"),
        ("space.deep.leaf.plugin", "space/deep/leaf"),
        ("single", "."),
        ("regular.gone.plugin", None),
        ("nowhere", None),
    ],
)
def test_folder_of(site: Path, module: str, folder: str | None) -> None:
    assert package_folder(module) == (site / folder if folder else None)
    assert not {"regular", "space", "single"} & set(sys.modules)
