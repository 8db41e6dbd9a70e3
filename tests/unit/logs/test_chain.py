import io
import json
import logging
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host.config import LogsConfig
from host.logs import adopt_loggers, bind_log_context, configure_logging, get_logger

Lines = Callable[[], list[dict[str, Any]]]


def test_context_is_on_own_and_foreign_lines_and_ends(lines: Lines) -> None:
    with bind_log_context(correlation_id="c-1", user=None), bind_log_context(page="home"):
        get_logger("host.tried").info("own", rows=3)
        logging.getLogger("foreign").warning("of %s", "a library", extra={"path": "/x"})
    get_logger("host.tried").info("after")
    own, foreign, after = lines()
    assert (own["event"], own["correlation_id"], own["page"], own["rows"]) == ("own", "c-1", "home", 3)
    assert (own["logger"], own["level"]) == ("host.tried", "info")
    assert (foreign["event"], foreign["correlation_id"], foreign["path"]) == ("of a library", "c-1", "/x")
    assert (foreign["logger"], foreign["level"]) == ("foreign", "warning")
    assert "user" not in own
    assert "correlation_id" not in after


def test_contexts_of_threads_are_apart(lines: Lines) -> None:
    with bind_log_context(correlation_id="outer"):
        thread = threading.Thread(target=lambda: get_logger("host.tried").info("inside"))
        thread.start()
        thread.join()
    assert "correlation_id" not in lines()[0]


def test_secrets_never_reach_the_file(lines: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogsConfig(folder=tmp_path), "dev")  # takes the captured stderr
    log = get_logger("host.tried")
    log.warning("mail canary@example.com", api_token="canary", nested={"password": "canary", "ok": ["x canary@a.de"]})
    logging.getLogger("foreign").warning("dsn postgresql://u:canary@h/d", extra={"cookie": "canary"})
    with bind_log_context(authorization="canary"):
        log.info("bound")
    try:
        raise ValueError("password=canary")
    except ValueError:
        log.exception("caught", object=Path("/x?token=canary"))
        logging.getLogger("foreign").exception("caught")
    written = "".join(path.read_text() for path in tmp_path.glob("*.jsonl"))
    shown = capsys.readouterr().err
    assert len(lines()) == 5
    assert shown.count("ValueError") >= 2
    assert "canary" not in written
    assert "canary" not in shown


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("form", "env", "is_json"),
    [("auto", "dev", False), ("auto", "stage", True), ("auto", "prod", True), ("json", "dev", True)],
)
def test_form_on_the_console(capsys: pytest.CaptureFixture[str], form: Any, env: str, is_json: bool) -> None:
    configure_logging(LogsConfig(format=form, file="off"), env)
    get_logger("host.tried").info("hello")
    text = capsys.readouterr().err
    assert (json.loads(text)["event"] == "hello") if is_json else ("hello" in text and not text.startswith("{"))


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("env", "file", "written"),
    [
        ("dev", "auto", True),
        ("stage", "auto", False),
        ("prod", "auto", False),
        ("prod", "on", True),
        ("dev", "off", False),
    ],
)
def test_files_by_environment(tmp_path: Path, env: str, file: Any, written: bool) -> None:
    configure_logging(LogsConfig(folder=tmp_path / "log", file=file), env)
    get_logger("host.tried").error("hello")
    assert (tmp_path / "log").exists() is written


def test_switched_off_leaves_warnings(tmp_path: Path, restored: None, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogsConfig(folder=tmp_path), "dev", enabled=False)
    get_logger("host.tried").info("silent")
    get_logger("host.tried").warning("spoken")
    shown = capsys.readouterr().err
    assert "silent" not in shown
    assert "spoken" in shown
    assert list(tmp_path.iterdir()) == []


def test_configuring_again_replaces(lines: Lines, tmp_path: Path) -> None:
    configure_logging(LogsConfig(folder=tmp_path), "dev")
    get_logger("host.tried").info("once")
    assert [line["event"] for line in lines()] == ["once"]


def test_loggers_with_handlers_of_their_own_are_adopted(lines: Lines) -> None:
    below = logging.getLogger("foreign.below")
    private = io.StringIO()
    below.addHandler(logging.StreamHandler(private))
    below.propagate = False
    below.setLevel(logging.CRITICAL)
    adopt_loggers("foreign")
    below.warning("mail canary@example.com")
    assert private.getvalue() == ""
    assert [line["event"] for line in lines()] == ["mail [masked]"]


def test_warnings_become_lines(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old habit", DeprecationWarning, stacklevel=1)
    assert "old habit" in lines()[0]["event"]


def test_an_error_in_a_thread_gets_an_id(lines: Lines) -> None:
    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail, name="listener")
    thread.start()
    thread.join()
    (line,) = lines()
    assert (line["event"], line["thread"]) == ("RuntimeError: in a thread", "listener")
    assert line["error_id"].startswith("E-")


def test_an_event_of_any_shape_is_one_line(lines: Lines) -> None:
    get_logger("host.tried").info("first\nsecond \u2028 \ud800", value=object(), deep=[[[[[[[[["x"]]]]]]]]])
    (line,) = lines()
    assert line["event"].startswith("first\nsecond")
