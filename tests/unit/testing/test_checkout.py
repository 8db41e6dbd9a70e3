"""A checkout's plugins are found through its pyproject.toml, as long as nobody installed them."""

import sys
from importlib.metadata import distribution, entry_points
from pathlib import Path

from host.testing.checkout import GROUP, announce_checkout

PYPROJECT = """
[project]
name = "acme-lighthouse"
version = "2.5"
[project.entry-points."holdfast.plugins"]
lighthouse = "lighthouse.plugin:plugin"
"""


def found() -> dict[str, str]:
    return {entry_point.name: entry_point.value for entry_point in entry_points(group=GROUP)}


def test_its_plugins_are_found_until_it_is_withdrawn(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    before = list(sys.path)
    withdraw = announce_checkout(tmp_path)
    assert found()["lighthouse"] == "lighthouse.plugin:plugin"
    assert distribution("acme-lighthouse").version == "2.5"
    assert str(tmp_path) in sys.path
    withdraw()
    assert sys.path == before
    assert "lighthouse" not in found()


def test_sources_in_src_come_first(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    withdraw = announce_checkout(tmp_path)
    assert sys.path.index(str(tmp_path / "src")) < sys.path.index(str(tmp_path))
    withdraw()


def test_an_installed_distribution_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace("acme-lighthouse", "holdfast"))
    before = list(sys.path)
    announce_checkout(tmp_path)()
    assert sys.path == before


def test_a_folder_without_plugins_is_left_alone(tmp_path: Path) -> None:
    before = list(sys.path)
    announce_checkout(tmp_path)()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "plain"\n')
    announce_checkout(tmp_path)()
    assert sys.path == before
