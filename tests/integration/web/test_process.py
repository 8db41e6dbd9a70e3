"""The life of a web process: ready line, draining, the end of its parent, refusal to start."""

import json
import os
import signal
import subprocess
import sys

import pytest

from host.data import host_target
from host.data.migrate.targets import known_head
from tests.attacks import attack
from tests.integration.raw import Socket, connect, get, head, read_head
from tests.integration.serving import WebUnderTest, environment, until
from tests.integration.web.conftest import LOCAL_ONLY


@pytest.fixture
def process(tmp_path):
    started = WebUnderTest(tmp_path, LOCAL_ONLY)
    yield started
    started.close()


def test_it_says_when_it_serves(process):
    assert process.ready["ready"] is True
    assert process.ready["pid"] == process.process.pid
    assert process.ready["plan_hash"]
    assert get(process.port, "/livez").status == 200


def test_sigterm_drains_closes_sockets_with_1012_and_ends_with_zero(process):
    with Socket(process.port) as socket, connect(process.port) as idle, idle.makefile("rb") as reader:
        socket.session_id()
        # A request accepted but not finished when the signal comes is still answered.
        request = head("GET", "/livez", [("Host", f"127.0.0.1:{process.port}")])
        idle.sendall(request[:-2])
        until(lambda: get(process.port, "/livez").status == 200, "it takes connections")
        process.process.send_signal(signal.SIGTERM)
        idle.sendall(request[-2:])
        assert read_head(reader)[0] == 200
        assert socket.closed_with() == 1012
    assert process.process.wait(timeout=30) == 0


def test_while_draining_it_is_not_ready_and_refuses_handshakes(process):
    with connect(process.port) as first, connect(process.port) as second:
        request = head("GET", "/readyz", [("Host", f"127.0.0.1:{process.port}")])
        upgrade = head("GET", "/_stcore/stream", [
            ("Host", f"127.0.0.1:{process.port}"), ("Origin", f"http://127.0.0.1:{process.port}"),
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg=="),
        ])  # fmt: skip
        get(process.port, "/livez")
        process.process.send_signal(signal.SIGTERM)
        until(lambda: process.logged("draining"), "it drains")
        first.sendall(request)
        second.sendall(upgrade)
        with first.makefile("rb") as reader:
            status, headers = read_head(reader)
            assert status == 503
            assert dict(headers)["connection"] == "close"
            assert b"draining" in reader.read()
        with second.makefile("rb") as reader:
            assert read_head(reader)[0] == 503


def test_it_ends_when_its_parent_is_gone(process):
    os.close(process.parent_fd)
    assert process.process.wait(timeout=30) == 0
    process.parent_fd = os.open(os.devnull, os.O_RDONLY)


def test_settings_that_cannot_be_used_are_the_reason_it_gives(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "streamlit.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    process = WebUnderTest(tmp_path, LOCAL_ONLY)
    assert process.ready["failed"] is True
    assert "server.prot" in process.ready["reason"]
    assert process.process.wait(timeout=30) == 3
    process.close()


@attack("an app without sign-in, reached from the network", "the closed page")
def test_an_app_without_sign_in_on_the_network_is_closed_but_tells_its_health(tmp_path):
    process = WebUnderTest(tmp_path, LOCAL_ONLY, **{"server.host": "0.0.0.0", "server.allowed_hosts": "127.0.0.1"})
    assert "auth" in process.ready["closed"]
    page = get(process.port, "/", Accept="text/html", Accept_Language="de")
    assert page.status == 503
    assert page.header("retry-after")
    assert "Kurz geschlossen" in page.body.decode()
    assert "loopback" not in page.body.decode()
    with Socket(process.port) as socket:
        assert socket.status == 503
    assert get(process.port, "/livez").status == 200
    assert get(process.port, "/readyz").json() == {"ready": False, "reason": "closed"}
    assert "auth" in get(process.port, "/healthz").json()["closed"]
    through_a_proxy = get(process.port, "/healthz", X_Forwarded_For="192.0.2.1").json()
    assert through_a_proxy.keys() == {"status"}
    process.close()


def test_behind_tls_cookies_are_secure_and_the_insecure_origin_is_foreign(tmp_path):
    process = WebUnderTest(tmp_path, LOCAL_ONLY, **{"server.behind_tls": True})
    answer = get(process.port, "/")
    assert all("Secure" in cookie for cookie in answer.all("set-cookie"))
    assert answer.header("strict-transport-security")
    with Socket(process.port) as insecure:
        assert insecure.status == 403
    with Socket(process.port, Origin=f"https://127.0.0.1:{process.port}") as secure:
        assert secure.status == 101
    process.close()


def test_a_listed_foreign_origin_may_connect(tmp_path):
    process = WebUnderTest(tmp_path, LOCAL_ONLY, **{"server.allowed_origins": "https://partner.example"})
    with Socket(process.port, Origin="https://partner.example") as partner:
        assert partner.status == 101
        assert partner.session_id()
    process.close()


@attack("the script started without the gate", "it shows nothing")
def test_a_script_run_without_the_gate_shows_nothing(tmp_path):
    """`streamlit run` on the very script: no marker, so the shell refuses."""
    code = """
import sys
from streamlit.testing.v1 import AppTest
from host.web.app import SCRIPT
run = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
assert not [*run.button, *run.title, *run.header, *run.markdown, *run.sidebar.button], run
assert "gate" in " ".join(element.value for element in [*run.text, *run.error]), run
"""
    subprocess.run([sys.executable, "-P", "-c", code], check=True, timeout=120, env=environment(tmp_path), cwd=tmp_path)


def test_the_process_is_listed_while_it_serves_with_what_it_knows_of_the_schema(tmp_path):
    process = WebUnderTest(tmp_path, LOCAL_ONLY)
    code = """
import json, sys
from host.config import load_config
from host.data.migrate.waiting import witnesses
from host.kernel.boot import lay_ground
host = lay_ground(load_config()).host
with host.database().single.connect() as connection:
    known = {witness.pid: witness.knows for witness in witnesses(connection, "host")}
print(json.dumps([[row.role, row.plan_hash, known[row.pid]] for row in host.processes().alive()]))
"""

    def listed():
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(tmp_path),
        )
        return json.loads(done.stdout.splitlines()[-1])

    until(lambda: ["web", process.ready["plan_hash"], known_head(host_target())] in listed(), "the row")
    process.close()
    assert listed() == []
