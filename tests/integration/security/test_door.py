"""The door: what is sent to the pages of sign-in by hand, past every browser."""

import hashlib
import socket
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest

from host import Credentials
from tests.attacks import attack
from tests.integration.plugins.auth.web.conftest import LOGIN, NAME, PASSWORD, House, sign_in
from tests.integration.raw import Socket, get, head

PAGE = "/x/auth/sign-in"
AWAY = (
    "//evil.example", "///evil.example", "\\evil.example", "\\\\evil.example", "/\\evil.example", "/%5cevil.example",
    "/%2fevil.example", "/%09/evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example",
    "/\u2028/evil.example", "\u3000//evil.example", "/\u200b/evil.example", "//evil.example%00/", "/\x00/evil.example",
    "https:evil.example", "https:/evil.example", "http:///evil.example", "javascript:alert(1)", "data:text/html,x",
    "@evil.example", ".evil.example", "evil.example", "/.//evil.example", "/..//evil.example", "/x/..//evil.example",
    "/\r\nLocation: https://evil.example/", "/%0d%0aSet-Cookie: sid=planted", "https://127.0.0.1@evil.example/",
    "//127.0.0.1:80@evil.example/", "/x/auth/sign-out", "/x/auth/../auth/sign-out",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An app with an administrator."""
    house = House(tmp_path_factory.mktemp("door"))
    house.make_first_account()
    yield house
    house.run.close()


@attack(
    "after sign-in `next` leads elsewhere, in every spelling that a browser could take for another host",
    "the browser stays on this host, and no header is added",
)
def test_no_spelling_leads_away(house: House) -> None:
    browser = house.browser()
    sign_in(browser)
    for away in AWAY:
        answer = browser.get(PAGE, params={"next": away})
        place = answer.headers["location"]
        # As browsers do: a backslash is a slash, and control characters are left out.
        meant = "".join(each for each in place.replace("\\", "/") if each > " ")
        assert urlsplit(urljoin(house.url + PAGE, meant)).netloc == f"127.0.0.1:{house.port}", (away, place)
        assert "planted" not in str(answer.headers), away
        assert "sign-out" not in place, away


@attack(
    "a page is asked for by an address with two slashes, so that the way back from sign-in leads elsewhere",
    "the way back stays on this host",
)
@pytest.mark.parametrize("path", ["//evil.example/", "/%2fevil.example", "/\\evil.example", "//evil.example/%2e%2e"])
def test_the_way_back_is_never_elsewhere(house: House, path: str) -> None:
    answer = get(house.port, path, Accept="text/html")
    place = answer.header("location") or "/"
    assert answer.status in (303, 400, 404), answer.status
    assert urlsplit(urljoin(house.url, place)).netloc == f"127.0.0.1:{house.port}"
    assert f"next={quote('//')}" not in place


@attack(
    "a page of sign-in is asked for under another host's name, by Host or by any header that proxies write",
    "a foreign Host is refused, and no answer holds the foreign name",
)
def test_no_foreign_name_comes_into_a_page(house: House) -> None:
    assert get(house.port, PAGE, Host="evil.example").status in (400, 403, 421)
    for name in ("X-Forwarded-Host", "Forwarded", "X-Original-Host", "X-Host", "X-Forwarded-Server", "Referer"):
        value = "host=evil.example" if name == "Forwarded" else "evil.example"
        answer = get(house.port, PAGE, **{name: value})
        assert answer.status == 200, name
        assert b"evil.example" not in answer.body, name
        assert all("evil.example" not in held for _, held in answer.headers), name


@attack(
    "a reset link is asked for while somebody sends requests under another host's name",
    "links hold a path only, or the address that the operator configured",
)
def test_links_name_the_configured_address(house: House) -> None:
    get(house.port, PAGE, Host="evil.example", X_Forwarded_Host="evil.example")
    with house.office() as services:
        user = services.users.by_login(LOGIN)
        made = services.links.make_reset(user.id)
        assert made.path.startswith("/x/auth/reset/")
        services.links.revoke(made.id)


@attack(
    "pages with links in their address are framed, kept by a cache, or told to another site as where one came from",
    "no foreign frame, no cache and no referrer",
)
def test_pages_with_secrets_stay_where_they_are(house: House) -> None:
    with house.office() as services:
        reset = services.links.make_reset(services.users.by_login(LOGIN).id)
    try:
        for path in (PAGE, reset.path, "/x/auth/setup/unknown"):
            answer = house.browser().get(path)
            assert answer.headers["cache-control"] == "no-store", path
            assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin"), path
            assert "frame-ancestors 'self'" in answer.headers["content-security-policy"], path
            assert "script-src" in answer.headers["content-security-policy"], path
            assert answer.headers["x-content-type-options"] == "nosniff", path
    finally:
        with house.office() as services:
            services.links.revoke(reset.id)


@attack(
    "a password of a megabyte, ten thousand fields, a form of many parts, one that says nothing about its length",
    "each is refused at once, and an honest sign-in is served",
)
def test_huge_and_strange_forms_are_refused(house: House) -> None:
    browser = house.browser(**{"Content-Type": "application/x-www-form-urlencoded"})
    assert browser.post(PAGE, content=b"login=a&password=" + b"x" * 1_000_000).status_code == 413
    assert browser.post(PAGE, content=b"&".join(b"f%d=1" % n for n in range(10_000))).status_code == 413
    assert browser.post(PAGE, content=b"&".join(b"f%d" % n for n in range(5_000))).status_code in (400, 413)
    assert browser.post(PAGE, content=(b"x" * 1_000 for _ in range(1_000))).status_code == 413
    parts = {f"f{n}": ("a", b"x") for n in range(200)}
    assert house.browser().post(PAGE, files=parts).status_code in (400, 413, 415, 422)
    assert browser.post(PAGE, content=b"login=" + b"%f0" * 5_000).status_code in (400, 422)
    longest = browser.post(PAGE, content=b"login=" + "ﷺ".encode() * 3_000 + b"&password=" + b"x" * 20_000)
    assert longest.status_code == 422
    assert sign_in(house.browser()).status_code == 303


@attack(
    "a hundred connections send a form slowly, byte by byte",
    "they hold no place: an honest sign-in is served meanwhile",
)
def test_slow_forms_keep_nobody_waiting(house: House) -> None:
    headers = [
        ("Host", f"127.0.0.1:{house.port}"), ("Origin", house.url), ("Content-Length", "1000"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]  # fmt: skip
    slow: list[socket.socket] = []
    try:
        for _ in range(100):
            connection = socket.create_connection(("127.0.0.1", house.port), timeout=5)
            slow.append(connection)
            connection.sendall(head("POST", PAGE, headers) + b"login=")
        assert sign_in(house.browser()).status_code == 303
    finally:
        for connection in slow:
            connection.close()


@attack(
    "the cookie of who signed out is used again: for pages, routes, changes and sockets, and the open socket goes on",
    "303 or 401 everywhere, no handshake, and the socket is closed with 4401",
)
def test_the_cookie_is_dead_everywhere_after_signing_out(house: House) -> None:
    browser = house.browser(Accept="text/html")
    browser.get(PAGE)
    sign_in(browser)
    cookie = f"sid={browser.cookies['sid']}; device={browser.cookies['device']}"
    with Socket(house.port, Cookie=cookie) as open_socket:
        assert open_socket.status == 101
        assert browser.post("/x/auth/sign-out").status_code == 303
        assert open_socket.closed_with() == 4401
    assert get(house.port, "/", Accept="text/html", Cookie=cookie).status == 303
    for path in ("/", "/_stcore/health-of-nothing", "/x/auth/account/password", "/files/" + "0" * 32):
        assert get(house.port, path, Cookie=cookie).status in (303, 401, 404), path
    changed = get(house.port, "/x/auth/account/second-factor", "POST", b"do=off", Cookie=cookie, Origin=house.url)
    assert changed.status == 401
    with Socket(house.port, Cookie=cookie) as refused:
        assert refused.status in (401, 403)


@attack(
    "an operator who reads sessions and security events takes a device's id from them, to use up its attempts",
    "a digest stands there, of which nobody makes the cookie",
)
def test_no_device_cookie_stands_where_operators_read(house: House) -> None:
    browser = house.browser()
    browser.get(PAGE)
    sign_in(browser, password="wrong wrong wrong")
    sign_in(browser)
    cookie = browser.cookies["device"]
    get(house.port, PAGE, "POST", b"login=a", Cookie=f"device={cookie}", Origin="https://evil.example")
    with house.office() as services:
        user = services.users.by_login(LOGIN)
        (mine,) = [each for each in services.sessions.of(user.id) if each.id == _session(house, browser)]
    assert mine.device == hashlib.sha256(cookie.encode()).hexdigest()
    assert cookie not in house.logged()


def _session(house: House, browser: httpx.Client) -> str:
    with house.office() as services:
        known = Credentials({"sid": browser.cookies["sid"]})
        return str(services.directory.resolve(known).session)


@attack(
    "session cookies are made up: empty, huge, with quotes, line breaks, other alphabets, twice, in another case",
    "nobody is signed in by one, and nothing breaks",
)
def test_no_made_up_cookie_opens_anything(house: House) -> None:
    browser = house.browser()
    sign_in(browser)
    real = browser.cookies["sid"]
    made_up = [
        "sid=", "sid", 'sid="', "sid=" + "A" * 6_000, "sid=%00", "sid=\xff\xfe", "sid=null", "SID=" + real,
        f"sid={real[:-1]}", f"sid={real}x", f"__Host-sid={real}", f"sid={real.lower()}", f"sid=a; sid={real[:-1]}",
    ]  # fmt: skip
    for cookie in made_up:
        assert get(house.port, "/", Accept="text/html", Cookie=cookie).status in (303, 400, 401, 431), cookie
        with Socket(house.port, Cookie=cookie) as refused:
            assert refused.status in (400, 401, 403, 431), cookie
    assert get(house.port, "/", Accept="text/html", Cookie=f"sid={real}").status == 200


@attack(
    "markup as login, as the name of the browser, in the address and in the invitation's note",
    "every page shows it as text",
)
def test_markup_stays_text_on_every_page(house: House) -> None:
    evil = "a'\"><script>alert(1)</script>"
    browser = house.browser(Accept="text/html", **{"User-Agent": evil, "Accept-Language": evil})
    with house.office() as services:
        services.users.add("a<script>alert(1)</script>", "<img/src=x/onerror=alert(1)>", PASSWORD)
        invitation = services.links.make_invite(note=evil)
    pages = [
        browser.get(PAGE, params={"next": f"/{evil}", "note": evil, "lang": evil, "x": evil}),
        browser.get(f"/x/auth/reset/{quote(evil)}"),
        browser.get(f"/x/auth/setup/{quote(evil, safe='')}"),
        browser.get(invitation.path, params={"lang": "de", evil: evil}),
        browser.post(invitation.path, data={"login": evil, "name": evil, "password": evil, "again": "x", "next": evil}),
        browser.post(PAGE, data={"login": evil, "password": "x", "next": f"/{evil}"}),
    ]
    assert sign_in(browser, login="a<script>alert(1)</script>").status_code == 303
    pages += [
        browser.get("/x/auth/account/password", params={"next": f"/{evil}", "x": evil}),
        browser.post("/x/auth/account/password", data={"old": evil, "password": evil, "again": "x"}),
        browser.get("/x/auth/account/second-factor"),
        browser.post("/x/auth/account/second-factor", data={"do": "begin"}),
        browser.post("/x/auth/account/second-factor", data={"do": evil}),
    ]
    for page in pages:
        assert "alert(1)</script>" not in page.text, page.url
        assert "<img/src" not in page.text, page.url


@attack(
    "somebody signs another person in with an account of theirs, by a form on another site or by a mere link",
    "refused: a form needs this site's origin, and no link signs anybody in",
)
def test_nobody_is_signed_in_unasked(house: House) -> None:
    link = house.browser().get(PAGE, params={"login": LOGIN, "password": PASSWORD})
    assert "sid" not in link.cookies
    assert PASSWORD not in link.text
    for origin in ("https://evil.example", "null", f"http://localhost:{house.port + 1}", "http://127.0.0.1"):
        browser = httpx.Client(base_url=house.url, headers={"Origin": origin})
        assert sign_in(browser).status_code == 403
        assert "sid" not in browser.cookies


@attack(
    "the demonstration's address is tried where nobody asked for a demonstration",
    "no token leads in, and opening the address makes no person",
)
def test_no_demonstration_unasked(house: House) -> None:
    for token in ("demo", "", "0" * 43, quote("\0", safe="")):
        answer = house.browser().get(f"/x/auth/enter/{token}")
        assert answer.status_code in (303, 400, 401, 404, 410), token
        assert "sid" not in answer.cookies
    with house.office() as services:
        assert services.users.by_login("demo") is None
        assert NAME in {each.name for each in services.users.find().rows}
