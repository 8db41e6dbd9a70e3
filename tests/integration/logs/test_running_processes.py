"""Levels and ids through real processes: a supervisor, its web process, and commands beside them."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host.logs.files import log_files
from host.security import Keyring
from tests.integration.serving import DEADLINE_S, Supervised, environment, until

STAGE = {"ENV": "stage", "SECRET_KEY": "k9XvQ2mLr7TzWc4HnB8sYd3FgJ6pAe5U"}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Supervised]:
    # Not dev: there an edited module of the host would replace the process under the test.
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "stage.toml").write_text('[logs]\nfile = "on"\n')
    Keyring(tmp_path / "var" / "keys.json", make=False).init()
    app = Supervised(tmp_path, "--port", "0", **STAGE)
    try:
        yield app
    finally:
        app.close()


def lines(root: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for path in log_files(root / "var" / "log") for text in path.read_text().splitlines()]


def wait_for(root: Path, event: str, **values: Any) -> dict[str, Any]:
    """Return the first line with these values; reading a file that another process writes is polling."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        for line in lines(root):
            if line["event"] == event and values.items() <= line.items():
                return line
        time.sleep(0.05)
    raise AssertionError(f"never written: {event} {values}; written: {[line['event'] for line in lines(root)]}")


def request(port: int) -> str:
    """Ask the app for something; return the id that it gave the request."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez") as answer:
        return str(answer.headers["X-Request-Id"])


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    started = [sys.executable, "-c", "from host.cli import main; main()", "log", *arguments]
    environ = environment(root, **STAGE)
    return subprocess.run(started, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_a_command_reaches_the_running_process(running: Supervised, tmp_path: Path) -> None:
    running.ready()
    (web,) = running.children()
    done = command(tmp_path, "level", "host.tried", "debug")
    assert done.returncode == 0, done.stderr
    wait_for(tmp_path, "log level changed", target="host.tried", new_level="DEBUG", pid=web)


def test_a_changed_file_reaches_the_running_process(running: Supervised, tmp_path: Path) -> None:
    port = running.ready()
    (web,) = running.children()
    assert command(tmp_path, "find", request(port)).returncode == 1
    (tmp_path / "config" / "stage.toml").write_text('[logs]\nfile = "on"\nlevel = "DEBUG"\n')
    until(lambda: command(tmp_path, "find", request(port)).returncode == 0, "the gate's debug lines are written")
    assert running.children() == [web]


def test_an_id_from_the_gate_is_found_by_the_command(running: Supervised, tmp_path: Path) -> None:
    port = running.ready()
    (web,) = running.children()
    command(tmp_path, "level", "root", "DEBUG")
    wait_for(tmp_path, "log level changed", target="root", pid=web)
    request_id = request(port)
    found = command(tmp_path, "find", request_id, "--json")
    assert found.returncode == 0, found.stderr
    assert {json.loads(line)["correlation_id"] for line in found.stdout.splitlines()} == {request_id}


def test_sql_lines_carry_the_correlation_id(tmp_path: Path) -> None:
    code = """
from sqlalchemy import text
from host.config import load_config
from host.data import Database
from host.logs import bind_log_context, configure_logging
config = load_config(cli={"logs.levels": "host.data.sql=DEBUG"})
configure_logging(config.logs, config.env)
database = Database(config.database, config.data_dir)
with bind_log_context(correlation_id="c-sql"), database.begin() as unit:
    unit.session.execute(text("SELECT 42 AS answer"))
"""
    subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), check=True, timeout=60)
    found = command(tmp_path, "find", "c-sql", "--json")
    assert any("SELECT 42" in json.loads(line)["event"] for line in found.stdout.splitlines())


def test_a_level_before_the_first_start_is_refused(tmp_path: Path) -> None:
    done = command(tmp_path, "level", "host", "DEBUG")
    assert done.returncode == 1
    assert "Fix:" in done.stderr
    assert "Traceback" not in done.stderr
