"""The gate with sign-in sessions: who gets in, with what, and how far; and out again at once on every process."""

import contextlib
import os
import statistics
import time

import pytest

from tests.attacks import attack
from tests.integration.raw import BINARY, CLOSE, Socket, connect, get, head, read_head
from tests.integration.serving import settled, until
from tests.integration.web.door import House, button, rerun_message, rest, run, shown


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("house"))
    made.serve()
    yield made
    made.close()


@pytest.fixture
def port(house):
    return house.processes[0].port


def signed_in(house, user, token="", **more):
    headers = house.sign_in(user, token, **more)
    house.publish()
    assert house.wait() == ()
    return headers


# --- strangers ---------------------------------------------------------------------------------------------------


def test_a_stranger_is_led_from_the_page_to_sign_in_and_back(port):
    answer = get(port, "/")
    assert (answer.status, answer.header("location")) == (303, "/x/door/sign-in")
    answer = get(port, "/?page=secret&id=5")
    assert answer.header("location") == "/x/door/sign-in?next=/%3Fpage%3Dsecret%26id%3D5"


def test_a_strangers_program_is_told_in_its_own_terms(port):
    answer = get(port, "/x/door/me", Accept="application/json")
    assert (answer.status, answer.json()["code"]) == (401, "unauthorized")
    answer = get(port, "/x/door/me", Accept="text/html,*/*")
    assert (answer.status, answer.header("location")) == (303, "/x/door/sign-in?next=/x/door/me")


@attack("a handshake without a cookie, with an expired or a random one", "401, no Streamlit session is made")
@pytest.mark.parametrize("cookie", [None, "sid=", "sid=expired", "sid=token-of-anna; sid=other", f"sid={'x' * 43}"])
def test_a_handshake_without_a_session_is_refused_and_nothing_is_made(house, port, cookie):
    process = house.processes[0]
    made = settled(lambda: len(process.logged("Session created")))
    with Socket(port, Cookie=cookie) as socket:
        assert socket.status == 401
    assert settled(lambda: len(process.logged("Session created"))) == made


@attack("every private path without a session", "401")
@pytest.mark.parametrize(
    "path", ["/x/door/export", "/x/door/late", "/x/door/nothing", "/media/x.png", "/component/x/y"]
)
def test_nothing_else_is_open_to_strangers(port, path):
    assert get(port, path).status == 401


def test_a_public_route_answers_anybody_and_knows_who_asks(house, port):
    answer = get(port, "/x/door/sign-in", User_Agent="B" * 1000)
    assert answer.json()["user"] is None
    assert answer.json()["acting"] == ""
    assert answer.json()["agent"] == "B" * 300
    headers = signed_in(house, "anna")
    assert get(port, "/x/door/open/page", **headers).json()["user"] == "anna"


@attack("another method of a public route", "closed")
def test_a_public_routes_other_methods_stay_closed(port):
    own = f"http://127.0.0.1:{port}"
    assert get(port, "/x/door/sign-in", "POST", b"x", Origin=own).status == 200
    assert get(port, "/x/door/open/page", "POST", b"x", Origin=own).status == 401
    assert get(port, "/x/door/sign-in", "DELETE", b"x", Origin=own).status == 401
    assert get(port, "/x/door/sign-in", "POST", b"x", Origin="http://evil.example").status == 403


def test_the_session_probe_tells_whether_and_who_without_saying_it(house, port):
    assert get(port, "/_host/session").status == 401
    anna, bob = signed_in(house, "anna"), signed_in(house, "bob")
    first, again, other = (get(port, "/_host/session", **each) for each in (anna, anna, bob))
    assert first.status == 204
    assert first.header("x-session-tag") == again.header("x-session-tag") != other.header("x-session-tag")
    assert "anna" not in str(first.headers)


# --- what the app gets to see -------------------------------------------------------------------------------------


@attack("a page or a route reads the sign-in cookie", "it isn't there")
def test_the_sign_in_cookie_reaches_nobody_behind_the_gate_but_the_keeper_of_sessions(house, port):
    anna = signed_in(house, "anna")
    assert get(port, "/x/door/me", **anna).json()["cookies"] == ["device", "other"]
    assert get(port, "/x/other/seen", **anna).json() == {"cookies": ["device", "other"], "credentials": False}
    door = get(port, "/x/door/sign-in", **anna).json()
    assert (door["cookies"], door["brought"]) == (["device", "other"], ["device", "other", "sid"])
    with Socket(port, **anna) as socket:
        assert "cookies ['device', 'other']" in shown(run(socket))


def test_a_run_is_by_the_session_and_shows_its_own_only(house, port):
    with Socket(port, **signed_in(house, "anna")) as socket:
        assert "SECRET of Anna" in shown(run(socket))


@attack("headers that name another user, in every spelling", "dropped and told as an event")
@pytest.mark.parametrize(
    "forged",
    ["X-Host-User-Id", "x-host-user-id", "X_Host_User_Id", "x_HOST-session", "X-Host-Epoch", "X-HOST-MARKER"],
)
def test_forged_identity_in_any_spelling_is_dropped_and_told(house, port, forged):
    bob = signed_in(house, "bob")
    before = len(house.processes[0].logged("gate.forged_header"))
    answer = get(port, "/x/door/me", **bob, **{forged: "anna"})
    assert answer.json()["user"] == "bob"
    with Socket(port, **bob, **{forged: "anna"}) as socket:
        assert "SECRET of Bob" in shown(run(socket))
    until(lambda: len(house.processes[0].logged("gate.forged_header")) >= before + 2, "the events")


@attack(
    "another user's Streamlit session id in the handshake", "a session of its own, nothing of the other's, and an alert"
)
def test_another_users_streamlit_session_gives_nothing_and_is_told(house, port):
    device = "d" * 43
    anna, bob = (
        {**signed_in(house, user), "Cookie": f"sid=token-of-{user}; device={device}"} for user in ("anna", "bob")
    )
    with Socket(port, **anna) as own:
        session = own.session_id()
        with Socket(port, f"streamlit, -, {session}", **bob) as thief:
            messages = run(thief)
            assert "SECRET of Bob" in shown(messages)
            assert "Anna" not in shown(messages)
            new = [m.new_session.initialize.session_id for m in messages if m.HasField("new_session")]
            assert session not in new
        assert "SECRET of Anna" in shown(run(own))
    until(lambda: house.processes[0].logged("gate.foreign_session"), "the event")


@attack("a Streamlit session from before the sign-in", "a session of its own")
def test_the_same_user_in_another_sign_in_cannot_resume_a_streamlit_session(house, port):
    first = {**signed_in(house, "anna"), "Cookie": f"sid=token-of-anna; device={'d' * 43}"}
    signed_in(house, "anna", "second")
    second = {"Cookie": f"sid=second; device={'d' * 43}"}
    with Socket(port, **first) as own:
        session = own.session_id()
    with Socket(port, f"streamlit, -, {session}", **second) as other:
        assert other.session_id() != session


# --- tokens -------------------------------------------------------------------------------------------------------


@attack("an API token at the page, at the socket, at media", "401: it opens plugins' routes only")
def test_a_bearer_opens_routes_only(house, port):
    house.people["tokens"]["t1"] = {"user": "robot", "session": "", "epoch": "1"}
    house.publish()
    assert house.wait() == ()
    bearer = {"Authorization": "Bearer t1"}
    assert get(port, "/x/door/me", **bearer).json() == {"user": "robot", "cookies": [], "token": None}
    assert get(port, "/", **bearer).status == 303
    assert get(port, "/_host/session", **bearer).status == 401
    assert get(port, "/media/x", **bearer).status == 401
    with Socket(port, **bearer) as socket:
        assert socket.status == 401


@attack("an API token beside somebody's cookie", "only the token counts")
def test_a_bearer_speaks_alone_and_needs_no_origin(house, port):
    anna = signed_in(house, "anna")
    house.people["tokens"]["t1"] = {"user": "robot", "session": "", "epoch": "1"}
    house.publish()
    assert house.wait() == ()
    assert get(port, "/x/door/me", **anna, Authorization="Bearer t1").json()["user"] == "robot"
    assert get(port, "/x/door/me", **anna, Authorization="Bearer wrong").status == 401
    assert get(port, "/x/door/me", "POST", b"x", Authorization="Bearer t1").json()["user"] == "robot"
    foreign = {"Authorization": "Bearer t1", "Origin": "http://evil.example"}
    assert get(port, "/x/door/me", "POST", b"x", **foreign).status == 403
    # Without a token a missing Origin is still foreign, whatever the cookie says.
    assert get(port, "/x/door/me", "POST", b"x", **anna).status == 403


# --- out again ----------------------------------------------------------------------------------------------------


@attack("a tab that is open while another one signs out, and the cookie afterwards", "4401, then 401 everywhere")
def test_signing_out_closes_the_socket_and_the_cookie_opens_nothing_any_more(house, port):
    anna = signed_in(house, "anna")
    with Socket(port, **anna) as socket:
        run(socket)
        assert house.sign_out("token-of-anna") == ()
        assert rest(socket)[1] == 4401
    with Socket(port, **anna) as socket:
        assert socket.status == 401
    assert get(port, "/", **anna).status == 303
    assert get(port, "/x/door/me", **anna).status == 401


@attack("a tab goes on after permissions were taken away", "1012: it begins anew with what is left")
def test_changed_permissions_lead_the_browser_into_a_fresh_session(house, port):
    anna = signed_in(house, "anna")
    with Socket(port, **anna) as socket:
        session = socket.session_id()
        assert house.change("token-of-anna", may=[]) == ()
        assert rest(socket)[1] == 1012
    with Socket(port, f"streamlit, -, {session}", **anna) as socket:
        messages = run(socket)
        assert "SECRET" not in shown(messages)
        assert session not in [m.new_session.initialize.session_id for m in messages if m.HasField("new_session")]


@attack("a run that writes on while access is taken away", "no frame of it leaves after the acknowledgement")
def test_a_run_under_way_shows_nothing_more_once_the_revoke_is_acknowledged(house, port):
    anna = signed_in(house, "anna")
    with Socket(port, **anna) as socket:
        socket.write(BINARY, rerun_message("page=stream"))
        until(lambda: b"SECRET" in socket.read()[1], "the run")
        assert house.sign_out("token-of-anna") == ()
        late, code = after_now(socket)
        assert late == 0
        assert code in {4401, None}


def after_now(socket: Socket) -> tuple[int, int | None]:
    """Read to the end; return how many data frames had not left the server when this was called, and the close code.

    On this machine's own network, what has been sent lies in the receiver's buffer at once.
    """
    arrived = b""
    socket.connection.settimeout(0)
    with contextlib.suppress(BlockingIOError, ConnectionError):
        arrived = socket.reader.read1(1 << 20) if socket.reader.peek() else b""
        while part := socket.connection.recv(1 << 20):
            arrived += part
    socket.connection.settimeout(30)
    stream = arrived
    with contextlib.suppress(ConnectionError):
        while _judged(stream, 0)[1] is None and (part := socket.connection.recv(1 << 20)):
            stream += part
    return _judged(stream, len(arrived))


def _judged(stream: bytes, now: int) -> tuple[int, int | None]:
    at, late = 0, 0
    while at + 2 <= len(stream):
        opcode, size, head_size = stream[at] & 0x0F, stream[at + 1] & 0x7F, 2
        if size >= 126:
            head_size = 4 if size == 126 else 10
            size = int.from_bytes(stream[at + 2 : at + head_size], "big")
        if opcode == CLOSE:
            return late, int.from_bytes(stream[at + head_size : at + head_size + 2], "big")
        late += at >= now
        at += head_size + size
    return late, None


@attack("an old button or fragment, captured and sent again after the revoke", "no effect, no data")
@pytest.mark.parametrize("kind", ["callback", "fragment"])
def test_an_old_callback_or_fragment_replayed_after_the_revoke_has_no_effect_and_shows_nothing(house, port, kind):
    anna = signed_in(house, "anna")
    acts = len(house.told("acts"))
    with Socket(port, **anna) as socket:
        first = run(socket)
        act, (again, part) = button(first, "Act")[0], button(first, "Again")
        run(socket, pressed=act)
        assert len(house.told("acts")) == acts + 1
        assert "PART of Anna" in shown(run(socket, pressed=again, part=part))
        # Written to the file only: this frame arrives before the process hears of the change.
        frame = rerun_message(pressed=act) if kind == "callback" else rerun_message(pressed=again, part=part)
        del house.people["sessions"]["token-of-anna"]
        house.publish()
        house.wait()
        with contextlib.suppress(OSError):  # closed already
            socket.write(BINARY, frame)
        data, _ = rest(socket)
        assert not [each for each in data if b"of Anna" in each]
    time.sleep(0.5)
    assert len(house.told("acts")) == acts + 1


@attack("an old button sent again in the new session, without the permission", "no effect")
def test_a_callback_replayed_after_losing_the_permission_has_no_effect_in_the_new_session_either(house, port):
    anna = signed_in(house, "anna")
    acts = len(house.told("acts"))
    with Socket(port, **anna) as socket:
        act = button(run(socket), "Act")[0]
        assert house.change("token-of-anna", may=[]) == ()
    with Socket(port, **anna) as socket:
        assert "SECRET" not in shown(run(socket, pressed=act))
    assert len(house.told("acts")) == acts


def test_other_sessions_go_on(house, port):
    anna, bob = signed_in(house, "anna"), signed_in(house, "bob")
    with Socket(port, **bob) as other, Socket(port, **anna) as socket:
        run(other)
        run(socket)
        house.sign_out("token-of-anna")
        assert "SECRET of Bob" in shown(run(other))


@attack("an answer that takes so long that its reader is signed out meanwhile", "401 instead of it")
def test_an_answer_that_was_under_way_is_not_given_to_whoever_was_signed_out_meanwhile(house, port):
    anna = signed_in(house, "anna")
    asked = len(house.told("late"))
    with connect(port) as connection, connection.makefile("rb") as reader:
        pairs = [("Host", f"127.0.0.1:{port}"), ("Cookie", anna["Cookie"]), ("Connection", "close")]
        connection.sendall(head("GET", "/x/door/late", pairs))
        until(lambda: len(house.told("late")) > asked, "the request is under way")
        house.sign_out("token-of-anna")
        get(port, "/x/door/release")
        status, _ = read_head(reader)
        assert status == 401
        assert b"SECRET" not in reader.read()


@attack("a download that runs while its reader is signed out", "it is cut off")
def test_a_long_download_is_cut_off(house, port):
    anna = signed_in(house, "anna")
    with connect(port) as connection, connection.makefile("rb") as reader:
        pairs = [("Host", f"127.0.0.1:{port}"), ("Cookie", anna["Cookie"]), ("Connection", "close")]
        connection.sendall(head("GET", "/x/door/export", pairs))
        assert read_head(reader)[0] == 200
        reader.read(100)
        house.sign_out("token-of-anna")
        body = reader.read()
    assert b"row 1999" not in body
    assert not body.endswith(b"0\r\n\r\n")
    until(lambda: house.processes[0].logged("answer cut off"), "the log line")


# --- activity -----------------------------------------------------------------------------------------------------


@attack("a page left open whose timers run on", "it counts as idle")
def test_timers_and_heartbeats_are_no_activity_and_clicks_are(house, port):
    from streamlit.proto.BackMsg_pb2 import BackMsg

    carla = signed_in(house, "carla")
    with Socket(port, **carla) as socket:
        run(socket)
        before = house.told("active").count("session-of-token-of-carla")
        run(socket, timer=True)
        heartbeat = BackMsg()
        heartbeat.app_heartbeat = True
        socket.write(BINARY, heartbeat.SerializeToString())
        get(port, "/_host/session", **carla)
        run(socket, timer=True)
        assert house.told("active").count("session-of-token-of-carla") == before
        run(socket)
        assert house.told("active").count("session-of-token-of-carla") == before + 1


@attack("a tab of a session that ran out by itself", "closed within seconds")
def test_a_session_that_ends_by_itself_is_closed_within_seconds_although_nobody_says_so(house, port):
    anna = signed_in(house, "anna", until=time.time() + 4)
    with Socket(port, **anna) as socket:
        run(socket)
        assert rest(socket)[1] == 4401


# --- several processes --------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request, tmp_path_factory):
    url = request.getfixturevalue("postgres_config").url if request.param == "postgresql" else None
    made = House(tmp_path_factory.mktemp("two"), url)
    made.serve()
    made.serve()
    yield made
    made.close()


@attack(
    "two processes, many sockets that show something, and a revoke",
    "after its acknowledgement no forbidden frame leaves on either; the median time is printed",
)
def test_after_the_acknowledgement_no_process_sends_a_forbidden_frame(two: House, capsys, request):
    took = []
    for round_ in range(5):
        headers = two.sign_in("anna", f"token-{round_}")
        two.publish()
        assert two.wait() == ()
        sockets = [Socket(process.port, **headers) for process in two.processes]
        for socket in sockets:
            socket.write(BINARY, rerun_message("page=stream"))
            until(lambda socket=socket: b"SECRET" in socket.read()[1], "the run")
        began = time.monotonic()
        assert two.sign_out(f"token-{round_}") == ()
        took.append(time.monotonic() - began)
        for socket in sockets:
            late, code = after_now(socket)
            assert late == 0
            assert code in {4401, None}
            socket.__exit__()
    with capsys.disabled():
        where, median = request.node.callspec.id, statistics.median(took)
        print(f"\n[{where}] revoke acknowledged by two processes: median {median:.3f} s")  # noqa: T201


@attack("a process hangs while access is taken away", "whoever took it away is told which process has not confirmed")
def test_a_process_that_hangs_is_named_and_one_that_was_killed_is_not_waited_for(two: House):
    hanging, living = two.processes
    os.kill(hanging.process.pid, 19)
    try:
        two.publish()
        missing = two.wait(within_s=1.0)
        assert len(missing) == 1
    finally:
        os.kill(hanging.process.pid, 18)
    assert two.wait() == ()
    hanging.process.kill()
    hanging.process.wait()
    two.publish()
    assert two.wait() == ()
    assert get(living.port, "/livez").status == 200
