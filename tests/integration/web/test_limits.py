"""Floods: refused cheaply and told once, memory stays flat, and whoever is signed in on the same address is served."""

import contextlib
import threading
import time
from pathlib import Path

import pytest

from tests.attacks import attack
from tests.integration.raw import Socket, connect, get, head, read_head
from tests.integration.serving import until
from tests.integration.web.door import House, run, shown

UNKNOWN_PER_S = 10
WINDOW_S = 10
LIMITS = {
    "server.max_unknown_per_s": UNKNOWN_PER_S,
    "server.max_handshakes_per_s": 2,
    "server.max_requests_per_s": 5,
    "server.max_failed_lookups_per_min": 30,
    "server.max_sockets": 8,
    "server.max_sockets_per_person": 3,
    "server.max_upload_bytes": 100_000,
    "server.max_upload_bytes_per_h": 300_000,
}


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def anna(house):
    return house.sign_in("anna")


@pytest.fixture
def web(house, anna):
    return house.serve(**LIMITS)


def resident_kib(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@attack(
    "handshakes with forged cookies as fast as they can be sent",
    "429 before any lookup, memory stays flat, whoever is signed in on the same address is served, and it is told once",
)
def test_a_flood_of_handshakes_is_refused_before_any_lookup_and_the_signed_in_are_served(house, web, anna, capsys):
    with Socket(web.port, **anna) as own:
        assert "SECRET of Anna" in shown(run(own))
    stop, statuses, at_rest, started = threading.Event(), [], resident_kib(web.process.pid), time.monotonic()

    def flood(number: int) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            with Socket(web.port, Cookie=f"sid=forged-{number}-{count}") as socket:
                statuses.append(socket.status)

    threads = [threading.Thread(target=flood, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: statuses.count(429) > 300, "the flood is refused")
        before = resident_kib(web.process.pid)
        # From the same address, in the midst of it:
        with Socket(web.port, **anna) as honest:
            assert honest.status == 101
            assert "SECRET of Anna" in shown(run(honest))
        assert get(web.port, "/x/door/me", **anna).status == 200
        until(lambda: statuses.count(429) > 1500, "the flood goes on")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {401, 429}
    after, per_s = resident_kib(web.process.pid), len(statuses) / (time.monotonic() - started)
    with capsys.disabled():
        seen = " → ".join(f"{kib / 1024:.1f}" for kib in (at_rest, before, after))
        print(f"\n{len(statuses)} handshakes, {per_s:.0f} a second: memory {seen} MiB")  # noqa: T201
    # Not one more lookup than one window and the failed lookups of a minute allow.
    forged = [each for each in house.told("lookups") if each.startswith("forged")]
    assert len(forged) <= LIMITS["server.max_failed_lookups_per_min"] + len(threads)
    assert (after - before) * 1024 < 20_000_000
    assert 1 <= len(web.logged("gate.rate_limited")) <= 10
    assert len([line for line in web.lines() if line["level"] not in {"debug", "info"}]) < 100


def test_a_refusal_says_when_to_come_back(web):
    answers = [get(web.port, "/x/door/me", Accept="application/json") for _ in range(UNKNOWN_PER_S * WINDOW_S + 5)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert refused[0].json()["code"] == "rate_limited"
    assert int(refused[0].header("retry-after")) > 0
    # Who watches is answered all the same, and so are files without data.
    assert get(web.port, "/livez").status == 200
    assert get(web.port, "/favicon.png").status == 200


@attack("one signed-in browser asks too often", "429 for it alone")
def test_one_browser_has_rates_of_its_own(web, house, anna):
    bob = house.sign_in("bob")
    house.publish()
    house.wait()
    for each in (anna, bob):
        assert get(web.port, "/x/door/me", **each).status == 200
    answers = [get(web.port, "/x/door/me", **anna).status for _ in range(5 * WINDOW_S + 20)]
    assert answers.count(429) >= 10
    assert get(web.port, "/x/door/me", **bob).status == 200


@attack("one signed-in browser opens sockets too often", "429")
def test_handshakes_of_one_browser_are_limited(web, anna):
    assert get(web.port, "/x/door/me", **anna).status == 200
    statuses = []
    for _ in range(2 * WINDOW_S + 6):
        with Socket(web.port, **anna) as socket:
            statuses.append(socket.status)
    assert 101 in statuses
    assert statuses[-1] == 429


@attack("ever more sockets that are kept", "so many a sign-in, so many in all")
def test_one_sign_in_holds_so_many_sockets_and_the_process_so_many_in_all(web, house, anna):
    bob, carla = house.sign_in("bob"), house.sign_in("carla")
    house.publish()
    house.wait()
    held = [Socket(web.port, **anna) for _ in range(4)]
    assert [socket.status for socket in held] == [101, 101, 101, 429]
    held += [Socket(web.port, **each) for each in (bob, bob, bob, carla, carla)]
    assert [socket.status for socket in held[4:]] == [101] * 5
    with Socket(web.port, **carla) as socket:
        assert socket.status == 503
    for socket in held:
        socket.__exit__()

    def let_in():
        with Socket(web.port, **carla) as socket:
            return socket.status == 101

    until(let_in, "a place is free again")


@attack("a thousand messages a second", "1008 for this socket, told as an event, another socket answers meanwhile")
def test_a_thousand_messages_a_second_close_one_socket_and_are_told(web, anna):
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.app_heartbeat = True
    frame = message.SerializeToString()
    with Socket(web.port, **anna) as other, Socket(web.port, **anna) as socket:
        run(other)
        for _ in range(1000):
            try:
                socket.write(2, frame)
            except OSError:
                break
        assert socket.closed_with() == 1008
        assert "SECRET of Anna" in shown(run(other))
    events = until(lambda: web.logged("gate.bad_frame"), "the event")
    assert (events[0]["user"], events[0]["code"]) == ("anna", 1008)


@attack(
    "a text frame, 30 MB or garbage by somebody who is signed in",
    "the socket is closed with its code and the event names the person",
)
@pytest.mark.parametrize(
    ("opcode", "payload", "code"), [(1, b"text", 1003), (2, b"x" * 30_000_000, 1009), (2, b"\xff" * 100, 1002)]
)
def test_frames_that_are_none_close_the_socket_and_are_told(web, anna, opcode, payload, code):
    with Socket(web.port, **anna) as socket:
        run(socket)
        with contextlib.suppress(OSError):  # closed before all was sent
            socket.write(opcode, payload)
        with contextlib.suppress(ConnectionError):  # reset, since it was still sending
            assert socket.closed_with() == code
    events = until(lambda: web.logged("gate.bad_frame"), "the event")
    assert (events[0]["user"], events[0]["code"]) == ("anna", code)


@attack("another page opens a socket with the reader's cookie", "403 and an event")
def test_a_foreign_origin_is_told(web, anna):
    with Socket(web.port, Origin="https://evil.example", **anna) as socket:
        assert socket.status == 403
    assert until(lambda: web.logged("gate.foreign_origin"), "the event")[0]["origin"] == "https://evil.example"


# --- uploads ------------------------------------------------------------------------------------------------------


class Uploads:
    """A signed-in browser with an open page that takes files."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.port = port
        self.socket = Socket(port, **headers)
        self.session = self.socket.session_id()
        cookie = get(port, "/_stcore/health").header("set-cookie") or ""
        self.token = cookie.partition("=")[2].partition(";")[0]
        self.cookies = f"{headers['Cookie']}; _streamlit_xsrf={self.token}"

    def put(self, size: int, *, session: str = "", chunked: bool = False, announced: int | None = None) -> int:
        """Upload a file and return the status; ``0`` when the connection was closed without one."""
        start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.bin"\r\n\r\n'
        body = start + b"x" * size + b"\r\n--b--\r\n"
        pairs = [
            ("Host", f"127.0.0.1:{self.port}"), ("Origin", f"http://127.0.0.1:{self.port}"), ("Connection", "close"),
            ("Cookie", self.cookies), ("X-Xsrftoken", self.token), ("Content-Type", "multipart/form-data; boundary=b"),
            ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(announced or len(body))),
        ]  # fmt: skip
        with connect(self.port) as connection, connection.makefile("rb") as reader:
            path = f"/_stcore/upload_file/{session or self.session}/file-{time.monotonic_ns()}"
            connection.sendall(head("PUT", path, pairs))
            with contextlib.suppress(OSError):  # answered and closed before all was sent
                for at in range(0, len(body), 8192):
                    part = body[at : at + 8192]
                    connection.sendall(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
                connection.sendall(b"0\r\n\r\n" if chunked else b"")
            try:
                return read_head(reader)[0]
            except ConnectionError:
                return 0


@pytest.fixture
def uploads(web, anna):
    made = Uploads(web.port, anna)
    yield made
    made.socket.__exit__()


def test_a_file_within_the_limits_is_taken(uploads):
    assert uploads.put(50_000) == 204
    assert uploads.put(50_000, chunked=True) == 204


@attack("an upload that lies about its length, or says nothing", "413 once it is too much")
def test_a_file_that_is_too_big_is_refused_whatever_it_says_about_its_length(uploads):
    assert uploads.put(1_000_000) in {413, 0}
    assert uploads.put(250_000, chunked=True) in {413, 0}
    assert uploads.put(10, announced=10**12) == 413


@attack(
    "ever more uploads by one person, also after signing in once more",
    "429 once the hour's quota is used up, and an event",
)
def test_a_person_uploads_so_much_an_hour(uploads, web, house):
    statuses = [uploads.put(90_000, chunked=chunked) for chunked in (False, True, False, True)]
    assert statuses[:3] == [204, 204, 204]
    assert statuses[3] == 429
    events = until(lambda: web.logged("gate.rate_limited"), "the event")
    assert (events[0]["user"], events[0]["what"]) == ("anna", "uploaded bytes")
    second = house.sign_in("anna", "second-sign-in-of-anna")
    house.publish()
    assert house.wait() == ()
    again = Uploads(web.port, second)
    assert again.put(90_000) == 429
    again.socket.__exit__()


@attack("an upload into another user's page or an invented one", "404 and an alert; 400")
def test_nobody_uploads_into_another_users_page_or_an_invented_one(uploads, web, house):
    bob = house.sign_in("bob")
    house.publish()
    house.wait()
    with Socket(web.port, **bob) as socket:
        assert uploads.put(10, session=socket.session_id()) == 404
    assert uploads.put(10, session="invented") == 400
    assert until(lambda: web.logged("gate.foreign_session"), "the event")[0]["user"] == "anna"
