"""On the wire: what reaches the app, what leaves it, and what it costs, with sessions, by raw HTTP and WebSocket."""

import re
import threading

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from host.data.processes import ALIVE_S
from host.web.incidents import TOLD
from host.web.policy import Access, access
from host.web.presence import HEARTBEAT_S
from host.web.sockets import LOOK_EVERY_S
from plugins.auth.services.lookup import TRUSTED_S
from tests.attacks import attack
from tests.integration.raw import BINARY, Socket, get
from tests.integration.serving import until
from tests.integration.web.door import House, button, rerun_message, run
from tests.integration.web.test_limits import Uploads

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get")
PUBLIC = {"/_stcore/health", "/_stcore/host-config", "/favicon.png", "/static/x.js", "/_host/ui/x.js"}
PLACES = ("/", "/_stcore/upload_file/a/b", "/component/a/b", "/media/a", "/files/a", "/x/door/me", "/_host/session")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("wire"))
    names = {"anna": "anna", "bob": "bob", "eve-change": "eve", "eve-sign_out": "eve", "dora": "dora"}
    for token, name in names.items():
        made.sign_in(name, f"token-of-{token}")
    port = made.serve(**{"server.max_failed_lookups_per_min": 40}).port
    # Seen once: whoever is unknown shares the address with those who try out cookies below.
    for token in names:
        assert get(port, "/x/door/me", Cookie=f"sid=token-of-{token}").status == 200
    yield made
    made.close()


@pytest.fixture
def port(house):
    return house.processes[0].port


@pytest.fixture
def anna(house):
    return {"Cookie": "sid=token-of-anna; device=" + "a" * 43}


@pytest.fixture
def bob(house):
    return {"Cookie": "sid=token-of-bob; device=" + "b" * 43}


@attack(
    "a cookie that a neighbouring domain may set: the name of the sign-in cookie behind a blank that isn't ASCII",
    "it signs nobody in and replaces nobody's own",
)
@pytest.mark.parametrize("blank", ["\xa0", "\x85", "\xa0 \xa0"])
def test_a_name_behind_a_strange_blank_is_another_name(port, blank):
    assert get(port, "/x/door/sign-in", Cookie=f"{blank}sid=token-of-bob").json()["user"] is None
    assert get(port, "/x/door/sign-in", Cookie=f"sid{blank}=token-of-bob").json()["user"] is None
    both = get(port, "/x/door/sign-in", Cookie=f"sid=token-of-anna; {blank}sid=token-of-bob").json()
    assert (both["user"], both["cookies"]) == ("anna", [])


@attack(
    "another spelling of a path: doubled, dotted, encoded, in capitals, with a parameter or a slash more",
    "a private route stays private, and nothing more than the public pattern itself is public",
)
@pytest.mark.parametrize(
    "path",
    [
        "//x/door/me", "/x//door/me", "/x/door/me/", "/X/door/me", "/x/door/%6de", "/x/door/sign-in%2f..%2fme",
        "/x/door/sign-in/../me", "/x/door/open/..%2fme", "/x/door/open/%2e%2e/me", "/x/door/me;a", "/x/door/open/a%2fb",
        "/x/door/open/a/b", "/x/door/sign-in%0a", "/x/door/open/me%00", "/%2e/x/door/me", "http://127.0.0.1/x/door/me",
        "/x/door/sign-in/", "/x/door/open/", "/x/DOOR/sign-in", "/x/door/sign-in%20", "/x/door/sign-in%3fx",
        "/static/../x/door/me", "/_host/ui/..%2f..%2fx", "/files/..%2f", "/media/../x/door/me", "/component/../me",
        "/static/..%2fx/door/me", "/favicon.png/../x/door/me", "/livez/../x/door/me", "/livez%2f", "/healthz/",
    ],
)  # fmt: skip
def test_no_spelling_opens_a_path(house, port, path):
    assert get(port, path).status in {400, 401, 404}


@attack(
    "every method at every place, also as one that a header names instead",
    "what isn't meant to change anything takes GET and HEAD only; OPTIONS and TRACE answer nowhere",
)
@pytest.mark.parametrize("path", [*PLACES, *sorted(PUBLIC)])
def test_a_path_answers_its_own_methods_only(port, anna, path):
    for method in METHODS:
        if method in {"OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"}:
            assert access(method, path) is None, method
    overridden = get(port, "/x/door/export", method="GET", X_HTTP_Method_Override="DELETE", X_Method_Override="POST")
    assert overridden.status == 401
    assert get(port, path, method="OPTIONS", **anna).status == 404
    assert get(port, path, method="TRACE", **anna).status == 404


def test_what_is_public_is_this_and_no_more():
    public = {path for path in [*PLACES, *PUBLIC] if access("GET", path) is Access.PUBLIC}
    assert public == PUBLIC
    assert {path for path in [*PLACES, *PUBLIC] if access("POST", path) is Access.PUBLIC} == set()


@attack(
    "cookies are tried out on the health page, where balancers may ask as often as they like",
    "no more of them are looked up than anywhere else",
)
def test_health_is_no_place_to_try_out_cookies(house, port):
    before = len(house.told("lookups"))
    for number in range(120):
        get(port, "/healthz", Cookie=f"sid=health-{number}", X_Forwarded_For="203.0.113.9")
    tried = [each for each in house.told("lookups")[before:] if each.startswith("health-")]
    assert len(tried) <= 40
    assert get(port, "/healthz").status == 200
    assert get(port, "/livez").status == 200


@attack(
    "a hundred at a time ask for the health of everything",
    "it is looked at once for all of them, and pages are served meanwhile",
)
def test_a_crowd_at_the_health_page_keeps_nobody_waiting(house, port, anna):
    statuses = []
    threads = [threading.Thread(target=lambda: statuses.append(get(port, "/healthz").status)) for _ in range(100)]
    for thread in threads:
        thread.start()
    assert get(port, "/x/door/me", **anna).status == 200
    for thread in threads:
        thread.join()
    assert statuses == [200] * 100


@attack(
    "somebody takes a file out of another user's page, whose id they know",
    "404, the file stays, and an alert names who tried",
)
def test_nobody_takes_a_file_out_of_another_users_page(house, port, anna, bob):
    his, hers = Uploads(port, bob), Uploads(port, anna)
    path = f"/_stcore/upload_file/{hers.session}/some-file"
    token = {"Origin": f"http://127.0.0.1:{port}", "X_Xsrftoken": his.token, "Cookie": his.cookies}
    try:
        assert get(port, path, method="DELETE", **token).status == 404
        own = {**token, "X_Xsrftoken": hers.token, "Cookie": hers.cookies}
        assert get(port, path, method="DELETE", **own).status == 204
    finally:
        his.socket.__exit__()
        hers.socket.__exit__()
    until(lambda: [e for e in house.processes[0].logged("gate.foreign_session") if e["user"] == "bob"], "the alert")


@attack(
    "a frame that no page sends: empty everybody's caches, switch something of the server",
    "the socket is closed with 1008, it is told, and nothing was emptied",
)
@pytest.mark.parametrize("kind", ["clear_cache", "set_run_on_save", "debug_shutdown_runtime"])
def test_frames_for_developers_do_nothing(house, port, anna, kind):
    message = BackMsg()
    setattr(message, kind, True)
    with Socket(port, **anna) as socket:
        run(socket)
        socket.write(BINARY, message.SerializeToString())
        assert socket.closed_with() == 1008
    until(lambda: house.processes[0].logged("gate.bad_frame"), "the event")


@attack(
    "a proxy or a shared browser keeps what was meant for one reader", "private answers say that nobody may keep them"
)
def test_private_answers_are_kept_nowhere(port, anna):
    for path in ("/", "/x/door/me", "/_host/session", "/x/door/sign-in", "/x/door/none", "/files/none", "/media/none"):
        assert "no-store" in (get(port, path, **anna).header("cache-control") or ""), path
    assert "no-store" in (get(port, "/x/door/me").header("cache-control") or "")


@attack(
    "a picture with a script in it, opened by its own address",
    "the answer forbids every script and every address of its own",
)
def test_nothing_runs_in_what_pages_show(port, anna):
    for path in ("/media/none.svg", "/files/none"):
        policy = get(port, path, **anna).header("content-security-policy") or ""
        assert re.search(r"default-src 'none'.*; sandbox$", policy), path
        assert "script-src" not in policy


@attack(
    "a process loses its database while somebody's rights are taken away, and is no longer waited for",
    "before that it has stopped believing what it remembers and has closed the sockets that depend on it",
)
def test_nobody_is_served_from_memory_longer_than_a_revoke_waits():
    assert TRUSTED_S + LOOK_EVERY_S + HEARTBEAT_S < ALIVE_S


@attack(
    "a flood of requests each of which would be worth a line in the log, to wash out what was written before",
    "each sender is told of so often in ten seconds, in the log and as events, and no more",
)
def test_a_flood_of_incidents_leaves_the_log_readable(house, port):
    web = house.processes[0]
    before = len(web.lines())
    for number in range(400):
        get(port, f"/nothing-{number}", method="POST", **{"X-Host-User-Id": "admin", "Origin": "http://evil.example"})
    told = [line for line in web.lines()[before:] if line["level"] not in {"debug", "info"}]
    assert {"gate.forged_header", "gate.foreign_origin"} <= {line["event"] for line in told}
    assert len(told) <= 4 * 2 * (TOLD + 1)


@attack(
    "an action that was begun before the rights were taken away, or before signing out, and goes on afterwards",
    "its next call of a service is refused",
)
@pytest.mark.parametrize("how", ["change", "sign_out"])
def test_what_runs_on_has_no_more_rights_than_its_person(house, port, how):
    (house.folder / "go-on").unlink(missing_ok=True)
    token = f"token-of-eve-{how}"
    before = len(house.told("work"))
    with Socket(port, Cookie=f"sid={token}; device=" + "e" * 43) as socket:
        socket.write(BINARY, rerun_message(pressed=button(run(socket), "Work")[0]))
        until(lambda: house.told("work")[before:] == ["begun"], "the action is under way")
        missing = house.change(token, may=[]) if how == "change" else house.sign_out(token)
        assert missing == ()
        (house.folder / "go-on").touch()
        until(lambda: len(house.told("work")) == before + 2, "the action is over")
    assert house.told("work")[before:] == ["begun", "denied"]


@attack(
    "sign-in itself fails, as it does while the database is gone",
    "pages and routes answer 503, open sockets are closed, nobody comes in; afterwards all is as before",
)
def test_without_an_answer_nobody_comes_in_and_afterwards_everybody_does(house, port):
    token = "token-of-dora"
    row = house.people["sessions"][token]

    def stand(found):
        house.people["sessions"][token] = found
        house.publish()
        assert house.wait() == ()

    dora = {"Cookie": f"sid={token}; device=" + "d" * 43}
    try:
        with Socket(port, **dora) as socket:
            run(socket)
            stand("what cannot be read")
            assert socket.closed_with() == 1012
        assert [get(port, path, **dora).status for path in ("/", "/x/door/me", "/files/a")] == [503] * 3
        with Socket(port, **dora) as socket:
            assert socket.status == 503
        stand(row)
        with Socket(port, **dora) as socket:
            assert socket.status == 101
            run(socket)
        assert get(port, "/x/door/me", **dora).json()["user"] == "dora"
    finally:
        house.people["sessions"][token] = row
