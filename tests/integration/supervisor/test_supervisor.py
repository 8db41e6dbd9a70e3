"""The supervisor with real processes: what dies comes back, what changes is taken up, nobody is refused."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.effort import effort
from tests.integration.raw import Socket, get
from tests.integration.serving import APP, Supervised, alive, environment, until

EVERYBODY = {
    "FEATURE_AUTH": "false",
    "APP_SERVER__MAX_UNKNOWN_PER_S": "100000",
    "APP_SERVER__MAX_REQUESTS_PER_S": "100000",
}
"""Whom it serves, and how many at once, is another matter: here everybody comes in."""


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(*arguments, **environ):
        started.append(Supervised(tmp_path, "--port", "0", *arguments, **{**EVERYBODY, **environ}))
        return started[-1]

    yield begin
    for each in started:
        each.close()


class Visitors:
    """Asks for a page again and again over new connections and counts how it went."""

    def __init__(self, port):
        self.port = port
        self.outcomes = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._visit, daemon=True) for _ in range(4)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _visit(self):
        while not self._stop.is_set():
            self.outcomes[self._ask()] += 1

    def _ask(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except OSError as error:
            return type(error).__name__
        finally:
            connection.close()


def test_it_tells_the_address_and_serves_there(start):
    port = start().ready()
    assert get(port, "/readyz").json() == {"ready": True}


def test_a_killed_process_comes_back_on_a_port_that_never_refuses(start):
    supervised = start()
    port = supervised.ready()
    with Visitors(port) as visitors:
        until(lambda: visitors.outcomes[200], "a first answer")
        for _ in range(effort(short=1, long=15)):
            (killed,) = supervised.children()
            os.kill(killed, signal.SIGKILL)
            assert "signal 9" in supervised.hears("died")
            supervised.hears("serves again")
            answered = visitors.outcomes[200]
            until(lambda answered=answered: visitors.outcomes[200] > answered, "an answer afterwards")
            assert supervised.children() != [killed]
    assert visitors.outcomes["ConnectionRefusedError"] == 0


def test_a_rolling_restart_refuses_nobody_and_closes_sockets_with_1012(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    (old,) = supervised.children()
    with Socket(port) as socket_, Visitors(port) as visitors:
        socket_.session_id()
        until(lambda: visitors.outcomes[200], "a first answer")
        (tmp_path / "plugins.toml").write_text("[plugins.home]\nenabled = false\n", encoding="utf-8")
        supervised.hears("home goes out")
        supervised.hears("in force")
        assert socket_.closed_with() == 1012
        answered = visitors.outcomes[200]
        until(lambda: visitors.outcomes[200] > answered, "an answer afterwards")
    assert visitors.outcomes.keys() == {200}
    (new,) = supervised.children()
    assert new != old
    assert not alive(old)


def test_an_edit_of_the_exposure_restarts_nothing(start, tmp_path):
    plugins = tmp_path / "plugins.toml"
    plugins.write_text("[plugins.home]\nenabled = true\n", encoding="utf-8")
    supervised = start()
    supervised.ready()
    before = supervised.children()
    plugins.write_text('[plugins.home.expose]\nroles = ["nobody"]\n', encoding="utf-8")
    # The next change needs a restart: had the first one caused one too, it would have been told before.
    plugins.write_text('[plugins.home]\nenabled = false\n[plugins.home.expose]\nroles = ["nobody"]\n', encoding="utf-8")
    supervised.hears("in force")
    caused = [line for line in supervised.heard if "Restarting" in line and "code changed" not in line]
    assert len(caused) == 1
    assert "goes out" in caused[0]
    assert supervised.children() != before


@pytest.mark.parametrize("where", ["config/dev.toml", ".env"])
def test_changed_settings_are_taken_up(start, tmp_path, where):
    supervised = start()
    port = supervised.ready()
    path = tmp_path / where
    path.parent.mkdir(exist_ok=True)
    line = "APP_TITLE=Lager" if where == ".env" else 'title = "Lager"'
    path.write_text(line + "\n", encoding="utf-8")
    assert "port" not in supervised.hears("title: ")
    supervised.hears("in force")
    assert b"<title>Lager</title>" in get(port, "/").body


def test_a_changed_log_level_is_taken_over_without_a_restart(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    before = supervised.children()
    (tmp_path / ".env").write_text("APP_LOGS__LEVEL=DEBUG\n", encoding="utf-8")

    def told_in_detail():
        get(port, "/livez")
        return "path=/livez" in supervised.log.read_text(encoding="utf-8")

    until(told_in_detail, "a line of level debug")
    assert not [line for line in supervised.heard if "Restarting" in line]
    assert supervised.children() == before


def test_a_change_that_cannot_start_leaves_the_old_process_serving(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    before = supervised.children()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "streamlit.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    assert "server.prot" in supervised.hears("old process goes on serving")
    assert supervised.children() == before
    assert get(port, "/readyz").status == 200


@pytest.mark.long
def test_another_address_waits_for_the_next_start_and_opens_the_app_to_nobody(start, tmp_path):
    """Whether an app without sign-in may be open hangs on the address: the settings' word is not what is bound."""
    settings = tmp_path / ".env"
    settings.write_text("APP_SERVER__HOST=0.0.0.0\nAPP_SERVER__ALLOWED_HOSTS=127.0.0.1\n", encoding="utf-8")
    supervised = start()
    port = supervised.ready()
    assert get(port, "/").status == 503
    settings.write_text("APP_SERVER__HOST=127.0.0.1\nAPP_TITLE=Lager\n", encoding="utf-8")
    supervised.hears("server.host")
    supervised.hears("in force.")
    assert get(port, "/").status == 503


@pytest.mark.long
def test_a_config_folder_that_was_replaced_is_followed(start, tmp_path):
    folder = tmp_path / "config"
    folder.mkdir()
    supervised = start()
    port = supervised.ready()
    (folder / "dev.toml").write_text('title = "One"\n', encoding="utf-8")
    supervised.hears("in force")
    shutil.rmtree(folder)
    supervised.hears("in force")
    folder.mkdir()
    (folder / "dev.toml").write_text('title = "Two"\n', encoding="utf-8")
    supervised.hears("Two")
    supervised.hears("in force")
    (folder / "dev.toml").write_text('title = "Three"\n', encoding="utf-8")
    supervised.hears("in force")
    assert b"<title>Three</title>" in get(port, "/").body


@pytest.mark.long
def test_a_change_during_the_start_is_taken_up(start, tmp_path):
    supervised = start()
    until(supervised.children, "the first process starts")
    (tmp_path / ".env").write_text("APP_TITLE=Lager\n", encoding="utf-8")
    port = supervised.ready()
    supervised.hears("in force")
    assert b"<title>Lager</title>" in get(port, "/").body


@pytest.mark.long
def test_changes_during_a_restart_end_in_the_last_one(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    for title in ("One", "Two", "Three"):
        (tmp_path / ".env").write_text(f"APP_TITLE={title}\n", encoding="utf-8")
        if title == "One":
            supervised.hears("Restarting")
            until(lambda: len(supervised.children()) == 2, "a new process beside the old one")
    until(lambda: b"<title>Three</title>" in get(port, "/").body, "the last change")
    until(lambda: len(supervised.children()) == 1, "one process")


@pytest.mark.long
def test_a_frozen_process_does_not_hold_up_its_successor(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    (old,) = supervised.children()
    os.kill(old, signal.SIGSTOP)
    (tmp_path / ".env").write_text("APP_TITLE=Lager\n", encoding="utf-8")
    supervised.hears("in force")
    assert b"<title>Lager</title>" in get(port, "/").body
    assert not alive(old)


@pytest.mark.long
def test_the_end_of_the_old_process_during_a_restart_is_no_matter(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    (old,) = supervised.children()
    (tmp_path / ".env").write_text("APP_TITLE=Lager\n", encoding="utf-8")
    until(lambda: len(supervised.children()) == 2, "a new process beside the old one")
    os.kill(old, signal.SIGKILL)
    supervised.hears("in force")
    assert b"<title>Lager</title>" in get(port, "/").body


@pytest.mark.long
def test_a_killed_supervisor_takes_both_processes_of_a_restart_along(start, tmp_path):
    supervised = start()
    supervised.ready()
    (tmp_path / ".env").write_text("APP_TITLE=Lager\n", encoding="utf-8")
    both = until(lambda: len(supervised.children()) == 2 and supervised.children(), "a new process beside the old one")
    supervised.process.kill()
    supervised.process.wait(timeout=30)
    until(lambda: not any(map(alive, both)), "they end")


@pytest.mark.long
def test_faulty_files_and_restarts_cost_no_descriptors(start, tmp_path):
    supervised = start()
    supervised.ready()

    def descriptors():
        return len(list(Path(f"/proc/{supervised.process.pid}/fd").iterdir()))

    def round_of_changes(number):
        (tmp_path / "plugins.toml").write_text(f"[plugins.home{number}\n", encoding="utf-8")
        supervised.hears("not in force")
        (tmp_path / "plugins.toml").unlink()
        (tmp_path / ".env").write_text(f"APP_TITLE=Title {number}\n", encoding="utf-8")
        supervised.hears("The change is in force")

    round_of_changes(0)
    before = descriptors()
    for number in range(1, 5):
        round_of_changes(number)
    assert descriptors() <= before


def test_faulty_settings_are_told_and_nothing_changes(start, tmp_path):
    supervised = start()
    port = supervised.ready()
    before = supervised.children()
    (tmp_path / "plugins.toml").write_text("[plugins.home\n", encoding="utf-8")
    assert "plugins.toml" in supervised.hears("not in force")
    (tmp_path / ".env").write_text("DB_POOL_SIZE=many\n", encoding="utf-8")
    assert "pool_size" in supervised.hears("pool_size")
    assert supervised.children() == before
    assert get(port, "/").status == 200


def test_a_toggle_in_the_database_reaches_the_processes(start, tmp_path):
    supervised = start()
    supervised.ready()
    code = """
from host.config import load_config
from host.kernel.boot import lay_ground
lay_ground(load_config()).toggles().disable("home", by="test")
"""
    subprocess.run([sys.executable, "-P", "-c", code], check=True, timeout=60, env=environment(tmp_path), cwd=tmp_path)
    supervised.hears("home goes out")
    supervised.hears("in force")


def test_ctrl_c_ends_everything_with_exit_code_zero(start):
    supervised = start()
    port = supervised.ready()
    (child,) = supervised.children()
    supervised.process.send_signal(signal.SIGINT)
    assert supervised.process.wait(timeout=60) == 0
    assert not alive(child)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_killed_supervisor_takes_its_child_along(start):
    supervised = start()
    port = supervised.ready()
    (child,) = supervised.children()
    supervised.process.kill()
    supervised.process.wait(timeout=30)
    until(lambda: not alive(child), "the child ends")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def run_to_end(root, *arguments):
    command = [*APP, "run", *arguments]
    return subprocess.run(
        command, env=environment(root), cwd=root, capture_output=True, text=True, timeout=90, check=False
    )


def test_a_port_in_use_names_port_and_remedy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run_to_end(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_cannot_be_used_end_the_start_with_all_faults(tmp_path):
    (tmp_path / ".env").write_text("DB_POOL_SIZE=many\nCACHE_TTL=soon\n", encoding="utf-8")
    done = run_to_end(tmp_path, "--port", "0")
    assert done.returncode == 3
    assert "pool_size" in done.stderr
    assert "ttl" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_says_why_it_cannot_start_is_not_tried_again(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "streamlit.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    done = run_to_end(tmp_path, "--port", "0")
    assert done.returncode == 1
    assert "server.prot" in done.stderr
    assert done.stdout == ""
