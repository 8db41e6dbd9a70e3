import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host.cli import root

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command of the group; return exit code, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = root.run(["config", *arguments])
        return code, *capsys.readouterr()

    return call


def as_json(run: Run, *arguments: str) -> Any:
    return json.loads(run(*arguments, "--json")[1])


def test_show_prints_value_layer_and_place(project: Path, run: Run) -> None:
    (project / ".env").write_text("CACHE_TTL=7\nSECRET_KEY=canary\n")
    code, text, _ = run("show")
    assert code == 0
    assert ["cache.ttl_s", "7", ".env", ".env:1"] in [line.split() for line in text.splitlines()]
    assert "canary" not in text
    assert run("show", "cache", "--no-origins")[1].split() == ["name", "value", "cache.ttl_s", "7"]


def test_show_as_json(project: Path, run: Run) -> None:
    assert as_json(run, "show", "cache.ttl_s") == {
        "settings": [{"name": "cache.ttl_s", "value": "300", "layer": "default", "where": "default"}],
        "faults": [],
    }


def test_show_prints_what_is_usable_beside_the_faults(project: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("CACHE_TTL", "x")
    code, text, errors = run("show", "server.port")
    assert (code, "8501" in text) == (3, True)
    assert "CFG-VALUE: cache.ttl_s" in errors


def test_an_unknown_name_is_answered_with_the_nearest(project: Path, run: Run) -> None:
    code, _, errors = run("show", "cache.ttl")
    assert code == 3
    assert "Did you mean cache.ttl_s?" in errors


def test_check_names_every_fault_at_once(project: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    assert run("check")[:2] == (0, "The settings are in order (env dev).\n")
    for name in ("CACHE_TTL", "DB_POOL_SIZE", "DEBUG", "BCRYPT_ROUNDS", "SESSION_TIMEOUT"):
        monkeypatch.setenv(name, "wrong")
    code, _, errors = run("check")
    assert (code, errors.count("CFG-VALUE")) == (3, 5)
    answer = as_json(run, "check")
    assert answer["ok"] is False
    assert {fault["setting"] for fault in answer["faults"]} == {
        "cache.ttl_s", "database.pool_size", "debug", "security.bcrypt_rounds", "security.session_timeout_s",
    }  # fmt: skip


def test_check_for_another_environment(project: Path, run: Run) -> None:
    code, _, errors = run("check", "--env", "prod")
    assert code == 3
    assert "CFG-SECRET-MISSING" in errors


def test_diff_with_the_defaults(project: Path, run: Run) -> None:
    (project / ".env").write_text("CACHE_TTL=7\nSECRET_KEY=canary\n")
    (project / "config" / "base.toml").write_text('[logs.levels]\n"a.b" = "ERROR"\n')
    assert as_json(run, "diff") == [
        {"name": "security.secret_key", "before": "", "after": "********"},
        {"name": "cache.ttl_s", "before": "300", "after": "7"},
        {"name": "logs.levels.a.b", "before": "", "after": "ERROR"},
    ]


def test_diff_with_another_environment(project: Path, run: Run) -> None:
    (project / ".env").write_text("SECRET_KEY=k9XvQ2mLr7TzWc4HnB8sYd3FgJ6pAe5U\n")
    (project / "config" / "prod.toml").write_text('[database]\nmigrate = "check"\n')
    assert run("diff", "prod")[1].split() == [
        *("name", "dev", "prod"), *("env", "dev", "prod"), *("database.migrate", "auto", "check"),
    ]  # fmt: skip


def test_diff_refuses_an_environment_that_is_none(project: Path, run: Run) -> None:
    code, out, fault = run("diff", "prd")
    assert (code, out) == (3, "")
    assert "prd is no environment" in fault
    assert "dev, stage, prod" in fault


def test_a_project_folder_that_is_none_is_named_with_both_ways_to_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))  # what -C sets goes with the test
    assert root.run(["-C", str(tmp_path / "gone"), "config", "show"]) == 3
    told = capsys.readouterr().err
    assert f"the project folder {tmp_path / 'gone'} (-C or HOLDFAST_ROOT) is no folder" in told
