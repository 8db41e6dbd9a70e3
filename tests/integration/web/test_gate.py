"""Attacks on the gate over raw sockets: whatever is sent, it is refused, and others go on undisturbed."""

import os
from pathlib import Path

import pytest

from host.web.socket_protocol import MAX_FRAGMENTS
from tests.attacks import attack
from tests.integration.raw import BINARY, TEXT, Socket, get, head, send
from tests.integration.serving import WebUnderTest, until
from tests.integration.web.conftest import MAX_FRAME_BYTES, MAX_FRAMES_PER_S


@pytest.fixture(autouse=True)
def others_are_unaffected(web):
    with Socket(web.port) as other:
        assert other.status == 101
        other.session_id()
        yield
        other.run("still=here")
        assert next(each for each in other.messages() if each.HasField("new_session"))


@attack("a request that names another host", "421, whatever the path")
@pytest.mark.parametrize("host", [None, "", "evil.example", "evil.example:8501", "localhost.evil.example", "a b"])
@pytest.mark.parametrize("path", ["/", "/static/x", "/_stcore/health", "/media/x", "/x/home/y"])
def test_a_foreign_host_is_refused(port, host, path):
    assert get(port, path, Host=host).status in {400, 421}


@attack("a request with two hosts", "refused")
def test_two_hosts_are_refused(port):
    pairs = [("Host", f"127.0.0.1:{port}"), ("Host", "evil.example"), ("Connection", "close")]
    assert send(port, head("GET", "/", pairs)).status in {400, 421}


@attack("a handshake of a foreign, missing or null origin", "403, no session is made")
@pytest.mark.parametrize("origin", [None, "null", "", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_a_handshake_of_foreign_missing_or_null_origin_is_refused(port, origin):
    with Socket(port, Origin=origin) as socket:
        assert socket.status == 403


def test_a_handshake_for_a_foreign_host_is_refused(port):
    with Socket(port, Host="evil.example", Origin="http://evil.example") as socket:
        assert socket.status == 421


@attack("a handshake at another path than the one there is", "refused")
def test_a_handshake_anywhere_else_is_refused(port):
    with Socket(port, path="/x/home/socket") as socket:
        assert socket.status == 404


@attack("a foreign page sends a form or an upload", "403")
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_change_from_a_foreign_origin_is_refused(port, method, origin):
    assert get(port, "/x/home/anything", method, b"{}", Origin=origin).status == 403


@attack("paths of Streamlit and others that nobody listed", "404: closed by default")
@pytest.mark.parametrize(
    "path",
    ["/warehouse", "/_stcore/metrics", "/_stcore/agent/openapi.json", "/auth/login", "/oauth2callback", "/index.html",
     "/_stcore/script-health-check", "//evil.example/", "/static/../index.html", "/%2e%2e/etc/passwd", "/livez/x"],
)  # fmt: skip
def test_what_is_not_named_is_not_there(port, path):
    assert get(port, path).status in {400, 404}


@attack("methods that a path doesn't name", "404")
@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/static/x"])
def test_foreign_methods_are_not_served(port, path):
    for method in ("OPTIONS", "TRACE", "PROPFIND"):
        assert get(port, path, method).status in {400, 404, 405}


@attack("headers that only the gate may set, sent by a client", "dropped and told")
def test_forged_identity_is_dropped_and_logged(web):
    forged = {"X-Host-User-Id": "admin", "X-Host-Marker": "x", "x_host_device": "d"}
    with Socket(web.port, **forged) as socket:
        assert socket.status == 101
    assert get(web.port, "/", **forged).status == 200
    until(lambda: len(web.logged("forged identity headers dropped")) >= 2, "the log line")


@attack(
    "a Streamlit session of the real user, asked for under a forged name", "a session of its own with nothing in it"
)
def test_a_forged_user_gets_another_session_than_the_real_one(port):
    """The identity that Streamlit binds a session to is the gate's: a forged id neither helps nor hinders."""
    device = "d" * 43
    with Socket(port, Cookie=f"device={device}") as own:
        session = own.session_id()
    with Socket(port, f"streamlit, -, {session}", Cookie=f"device={device}", **{"X-Host-User-Id": "admin"}) as again:
        assert again.session_id() == session


@attack("a Streamlit session id on another device", "a session of its own")
def test_another_device_cannot_resume_a_session(port):
    with Socket(port, Cookie=f"device={'a' * 43}") as own:
        session = own.session_id()
    with Socket(port, f"streamlit, -, {session}", Cookie=f"device={'b' * 43}") as thief:
        assert thief.session_id() != session
    with Socket(port, f"streamlit, -, {session}", Cookie=f"device={'a' * 43}") as back:
        assert back.session_id() == session


@attack("a text frame", "the socket is closed with 1003, one line in the log")
def test_a_text_frame_closes_with_1003(web):
    with Socket(web.port) as socket:
        socket.write(TEXT, b"hello")
        assert socket.closed_with() == 1003
    until(lambda: web.logged("websocket violation"), "the log line")


@attack("a frame that is too big", "1009, nothing of it is kept")
def test_an_oversized_frame_closes_with_1009(port):
    with Socket(port) as socket:
        socket.write(BINARY, os.urandom(MAX_FRAME_BYTES + 1))
        assert socket.closed_with() == 1009


@attack("a message that is too big in many small frames", "1009")
def test_an_oversized_message_in_small_frames_closes_with_1009(port):
    with Socket(port) as socket:
        for number in range(11):
            socket.write(BINARY if number == 0 else 0, b"x" * 10_000, final=number == 10)
        assert socket.closed_with() == 1009


@attack("one message of ever more empty frames", "1009")
def test_a_message_in_ever_more_empty_frames_closes_with_1009(port):
    with Socket(port) as socket:
        socket.write(BINARY, b"x", final=False)
        for _ in range(MAX_FRAGMENTS):
            socket.write(0, b"", final=False)
        assert socket.closed_with() == 1009


@attack("pings whose answers are never read", "the answers aren't kept: memory stays flat")
def test_answers_to_pings_that_nobody_reads_are_not_kept(web):
    def resident_kib():
        status = Path(f"/proc/{web.process.pid}/status").read_text(encoding="utf-8")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    with Socket(web.port) as socket:
        socket.session_id()
        before = resident_kib()
        pings = bytes([0x89, 0x80 | 125, 0, 0, 0, 0, *b"p" * 125]) * 1000
        for _ in range(500):
            socket.connection.sendall(pings)
        assert (resident_kib() - before) * 1024 < 500 * len(pings) / 4
        # Whoever reads again is served again.
        assert socket.session_id()


@attack("bytes that are no message", "the socket is closed, others go on")
def test_garbage_closes_the_socket(port):
    with Socket(port) as socket:
        socket.write(BINARY, b"\xff" * 100)
        assert socket.closed_with() == 1002


@attack("a frame against the protocol", "the socket is closed, others go on")
def test_a_broken_frame_closes_the_socket(port):
    with Socket(port) as socket:
        socket.connection.sendall(b"\xff" * 50)
        assert socket.closed_with() == 1002


@attack("more messages a second than any page sends", "1008")
def test_a_flood_of_messages_closes_with_1008(port):
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.app_heartbeat = True
    with Socket(port) as socket:
        for _ in range(MAX_FRAMES_PER_S * 4):
            socket.write(BINARY, message.SerializeToString())
        assert socket.closed_with() == 1008


@attack("what is no HTTP, or smuggles a second request", "400 and the end of the connection")
@pytest.mark.parametrize("raw", [b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9\r\n\r\n", b"\0" * 100 + b"\r\n\r\n"])
def test_what_is_no_http_is_refused(port, raw):
    assert send(port, raw + b"\r\n\r\n").status == 400


@attack("text frames of any content", "no traceback in the log")
@pytest.mark.parametrize("text", [b"hello", b"\xff\xfe"])
def test_a_text_frame_leaves_no_traceback(web: WebUnderTest, text: bytes):
    before = web.log.read_text(encoding="utf-8").count("Traceback")
    with Socket(web.port) as socket:
        socket.write(TEXT, text)
        socket.closed_with()
    assert web.log.read_text(encoding="utf-8").count("Traceback") == before


def test_a_refused_handshake_is_logged_once_with_its_reason(web: WebUnderTest):
    with Socket(web.port, Origin="http://one.example") as socket:
        assert socket.status == 403
    request_id = dict(socket.headers)["x-request-id"]

    def refusals():
        return [line for line in web.logged("request refused") if line["correlation_id"] == request_id]

    found = until(refusals, "the log line")
    assert [line["code"] for line in found] == ["foreign_origin"]
    assert "one.example" in found[0]["reason"]
    assert not [line for line in web.lines() if line["logger"] == "uvicorn.error" and line["level"] == "error"]
