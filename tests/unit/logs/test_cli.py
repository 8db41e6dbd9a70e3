import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host.cli import root
from host.cli.errors import render_error
from host.config import LogsConfig
from host.errors import ConfigError, HostError, PermissionDeniedError
from host.logs import bind_log_context, configure_logging, get_logger, report_error

Run = Callable[..., tuple[int, str, str]]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def error_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored: None) -> str:
    """An error that a process of the project in `tmp_path` has reported."""
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    monkeypatch.setenv("ENV", "dev")
    configure_logging(LogsConfig(folder=tmp_path / "var" / "log"), "dev")
    with bind_log_context(correlation_id="c-7"):
        get_logger("host.tried").info("before it")
        try:
            raise ValueError("broken")
        except ValueError as error:
            return report_error(get_logger("host.tried"), error)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command of the group; return exit code, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = root.run(["log", *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize("spelling", [str, str.lower])
def test_find_leads_from_the_id_to_the_traceback(error_id: str, spelling: Callable[[str], str], run: Run) -> None:
    code, text, _ = run("find", spelling(error_id))
    assert code == 0
    assert "ValueError: broken" in text
    assert "Traceback" in text
    assert "before it" in text


def test_find_by_correlation_id_as_json(error_id: str, run: Run) -> None:
    found = [json.loads(line) for line in run("find", "c-7", "--json")[1].splitlines()]
    assert [line.get("error_id") for line in found] == [None, error_id]


def test_find_without_a_hit_says_so(error_id: str, run: Run) -> None:
    code, text, errors = run("find", "E-XXXXXXXX")
    assert (code, text) == (1, "")
    assert "No line with the id E-XXXXXXXX" in errors
    assert "Fix:" in errors


def test_top_and_stats(error_id: str, run: Run) -> None:
    (kind,) = json.loads(run("top", "--json")[1])
    assert (kind["count"], kind["event"], kind["error_id"]) == (1, "ValueError: broken", error_id)
    assert error_id in run("top", "--hours", "1")[1]
    assert json.loads(run("stats", "--json")[1])["levels"] == {"info": 1, "error": 1}
    assert "2 lines in 1 file," in run("stats")[1]


def test_a_wrong_level_is_a_usage_error(error_id: str, run: Run) -> None:
    code, _, errors = run("level", "host", "LOUD")
    assert code == 3
    assert "'LOUD' is not a log level." in errors


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (HostError("Port 80 is taken.", remedy="Take another."), 1, "Error: Port 80 is taken.\n  Fix: Take another.\n"),
        (PermissionDeniedError("No."), 4, "Error: No.\n"),
        (ConfigError(["a is wrong"]), 3, "Error: a is wrong\n"),
        (ConfigError(["a is wrong", "b too"], remedy="Mend."), 3,
         "Error: 2 settings cannot be used.\n  a is wrong\n  b too\n  Fix: Mend.\n"),
        (FileNotFoundError(2, "No such file or directory", "/x"), 1,
         "Error: No such file or directory: /x\n  Fix: Check the path and who may use it.\n"),
    ],
)  # fmt: skip
def test_errors_say_what_and_how_to_fix(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int, shown: str
) -> None:
    assert render_error(error) == code
    assert capsys.readouterr().err == shown


def test_errors_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert render_error(ConfigError(["a", "b"], remedy="c"), as_json=True) == 3
    assert json.loads(capsys.readouterr().err) == {
        "error": {"what": "2 settings cannot be used.", "fix": "c", "code": 3, "details": ["a", "b"]}
    }


def test_an_unexpected_error_is_logged_with_an_id(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    assert render_error(KeyError("password=canary")) == 1
    shown = capsys.readouterr().err
    assert lines()[-1]["error_id"] in shown
    assert "canary" not in shown
