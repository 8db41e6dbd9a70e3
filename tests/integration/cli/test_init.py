"""`app init` makes a project that starts, and never destroys one."""

from pathlib import Path

import pytest

from host.cli.root import run
from host.config import load_config


def test_makes_a_project_that_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new" / "project"
    assert run(["init", str(target)]) == 0
    assert (target / "plugins.toml").is_file()
    assert (target / "config" / "base.toml").is_file()
    assert "DATABASE_URL" in (target / ".env.example").read_text()
    assert load_config(target).root == target
    out = capsys.readouterr().out
    assert f"cd {target}" in out
    assert "app run" in out


def test_takes_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    assert run(["init"]) == 0
    assert (tmp_path / "plugins.toml").is_file()


def test_writes_nothing_where_one_file_would_be_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plugins.toml").write_text("# mine\n")
    assert run(["init", str(tmp_path)]) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["plugins.toml"]
    assert (tmp_path / "plugins.toml").read_text() == "# mine\n"
    told = capsys.readouterr().err
    assert "plugins.toml" in told
    assert "--force" in told


def test_force_replaces(tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text("# mine\n")
    assert run(["init", str(tmp_path), "--force"]) == 0
    assert "# mine" not in (tmp_path / "plugins.toml").read_text()


def test_a_file_in_the_way_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert run(["init", str(tmp_path / "taken")]) == 1
    assert "taken" in capsys.readouterr().err
