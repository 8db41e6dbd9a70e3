"""Identity headers: set by the gate, read back by the app, worth nothing without the marker."""

import pytest
from starlette.datastructures import Headers

from host.contracts.principal import Principal
from host.web.device import device_cookie, known_device, new_device
from host.web.identity import TRUSTED_USER_HEADERS, identity_headers, read_identity

MARKER = "marker-of-this-process"


@pytest.mark.parametrize("user_id", ["local", "anna@example.com", "Łukasz Müller", "a\r\nX-Host-Marker: b"])
def test_what_the_gate_sets_is_what_the_app_reads(user_id):
    headers = identity_headers(MARKER, Principal(user_id, "Name"), "device-id", "request-id")
    assert all(value.isascii() and "\n" not in value for value in headers.values())
    identity = read_identity(Headers(headers), MARKER)
    assert identity is not None
    assert (identity.user_id, identity.device, identity.request_id) == (user_id, "device-id", "request-id")


def test_without_the_marker_of_this_process_nobody_comes():
    headers = identity_headers("another process", Principal("admin", "A"), "device", "request")
    assert read_identity(Headers(headers), MARKER) is None
    assert read_identity(Headers({"X-Host-User-Id": "admin"}), MARKER) is None


def test_nobody_gets_no_marker():
    assert identity_headers(MARKER, None, "device", "request").keys() == {"X-Host-Request-Id"}


def test_a_device_id_is_recognised_by_its_shape():
    device = new_device()
    assert known_device({"device": device}) == device
    assert known_device({"device": "admin"}) is None
    assert known_device({}) is None
    assert len({new_device() for _ in range(100)}) == 100


def test_the_device_cookie_is_out_of_reach_of_scripts():
    cookie = device_cookie("id", secure=True)
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in device_cookie("id", secure=False)


def test_the_session_and_what_it_may_travel_with_the_identity():
    principal = Principal("anna", "Anna", session="s1", epoch="7 ü")
    headers = identity_headers(MARKER, principal, "device", "request")
    assert headers.keys() >= TRUSTED_USER_HEADERS.keys()
    identity = read_identity(Headers(headers), MARKER)
    assert identity is not None
    assert identity.session == "s1"


def test_a_handshake_without_a_word_about_its_session_is_nobodys():
    headers = identity_headers(MARKER, Principal("anna", "Anna"), "device", "request")
    del headers["X-Host-Session"]
    assert read_identity(Headers(headers), MARKER) is None
