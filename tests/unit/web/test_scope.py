"""Headers of a scope: what is read from them, and what is kept from the app."""

from host.web import scope as scopes


def scope(*headers):
    return {"headers": [(name.encode(), value.encode()) for name, value in headers]}


def test_cookies_of_several_headers_are_one_set():
    assert scopes.cookies(scope(("cookie", "a=1; b = 2"), ("Cookie", "c=x=y"))) == {"a": "1", "b": "2", "c": "x=y"}


def test_a_malformed_cookie_hides_no_other():
    assert scopes.cookies(scope(("cookie", 'x={"a":1}; y="open; z; device=d')))["device"] == "d"


def test_costly_cookies_are_dropped_and_others_stay_as_sent():
    costly = b"x=" + b"\\" * (scopes.MAX_ESCAPES + 1)
    headers = [(b"Cookie", costly + b'; a="1\\054"; b=2'), (b"accept", costly)]
    assert scopes.without_costly_cookies(headers) == [(b"Cookie", b' a="1\\054"; b=2'), (b"accept", costly)]


def test_named_cookies_are_taken_out_and_a_header_without_any_left_goes():
    headers = [(b"cookie", b"sid=1; a=2"), (b"Cookie", b" sid = 3"), (b"cookie", b"b=4;sid=5"), (b"x-sid", b"sid=6")]
    kept = [(b"cookie", b"a=2"), (b"cookie", b"b=4"), (b"x-sid", b"sid=6")]
    assert scopes.without_cookies(headers, {"sid"}) == kept
