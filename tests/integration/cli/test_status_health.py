"""`app status` and `app health` tell the truth about what runs, by words and by exit code."""

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from host.cli.root import run
from host.config import load_config
from host.data import Database, Migrator, ProcessTable, host_target
from host.kernel.report import Report
from host.kernel.report_file import ReportFile


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without plugins, at no port."""
    (tmp_path / "plugins.toml").write_text("")
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    monkeypatch.setenv("APP_SERVER__PORT", "0")
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


@contextlib.contextmanager
def _served(answers: dict[str, tuple[int, str]]) -> Iterator[int]:
    """Serve fixed answers, as a running app would give them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, body = answers[self.path]
            self.send_response(code)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_status_of_an_app_that_does_not_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status"]) == 0
    out = capsys.readouterr().out
    assert "nobody answers" in out
    assert "processes  none" in out
    assert re.search(r"ok: \d+ revision\(s\) pending", out)


def test_status_names_processes_and_those_of_another_plan(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(load_config(root).database, root / "var")
    Migrator(database, [host_target()]).upgrade()
    run(["status", "--json"])
    plan = _json(capsys)["plan"]
    ProcessTable(database).register("web", "0.1.0", str(plan))
    assert run(["status", "--json"]) == 0
    [process] = _json(capsys)["processes"]  # type: ignore[misc]
    assert (process["role"], process["differs"]) == ("web", False)  # type: ignore[index]
    ProcessTable(database).register("worker", "0.1.0", "another")
    assert run(["status"]) == 2
    assert "another differs from today's" in capsys.readouterr().out


def test_status_without_a_plugin_that_is_switched_on_is_degraded(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "plugins.toml").write_text("[plugins.gone]\n")
    assert run(["status"]) == 2
    assert "gone  missing" in capsys.readouterr().out


def test_status_without_the_database_is_failed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    assert run(["status", "--json"]) == 1
    out = capsys.readouterr().out
    assert json.loads(out)["database"]["ok"] is False
    assert "secret" not in out


def test_health_without_a_server_starts_for_itself(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["health", "--json"]) == 0
    told = _json(capsys)
    assert "no server answers" in str(told["asked"])
    assert {"database", "filesystem", "plugins"} <= {each["name"] for each in told["components"]}  # type: ignore[attr-defined]


def test_health_with_a_plugin_out_is_degraded(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "plugins.toml").write_text("[plugins.gone]\n")
    assert run(["health"]) == 2
    assert "gone missing" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [("ok", 200, 0), ("degraded", 200, 2), ("failed", 503, 1)])
@pytest.mark.usefixtures("root")
def test_health_of_a_running_server_is_its_own_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: tuple[str, int, int]
) -> None:
    status, http, code = answer
    component = {"name": "database", "status": status, "detail": "told by the server", "cause": "", "ms": 1.0}
    body = json.dumps({"status": status, "closed": None, "components": [component]})
    with _served({"/livez": (200, "alive"), "/healthz": (http, body)}) as port:
        monkeypatch.setenv("APP_SERVER__PORT", str(port))
        assert run(["health"]) == code
    assert "told by the server" in capsys.readouterr().out


def test_the_port_that_the_command_line_chose_is_asked(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The test reports as if it were a web process that runs at another port than the settings name."""
    body = json.dumps({"status": "degraded", "closed": None, "components": []})
    with _served({"/livez": (200, "alive"), "/healthz": (200, body)}) as port:
        ReportFile(root / "var").write(Report([]), "hash", None, ("127.0.0.1", port))
        assert run(["health", "--json"]) == 2
        assert _json(capsys)["asked"] == f"http://127.0.0.1:{port}/"
        run(["status", "--json"])
        assert _json(capsys)["answers"] is True


def test_another_server_at_the_port_is_not_taken_for_the_app(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with _served({"/livez": (200, "<html>"), "/healthz": (200, '{"status": "failed"}')}) as port:
        monkeypatch.setenv("APP_SERVER__PORT", str(port))
        assert run(["health", "--json"]) == 0
        assert "no server answers" in str(_json(capsys)["asked"])
        assert run(["status", "--json"]) == 0
        assert _json(capsys)["answers"] is False
        assert run(["doctor"]) == 1
    assert "app run --port" in capsys.readouterr().out
