"""What every answer carries: device, request id, security headers; and what the watchers are told."""

import json
import re

import pytest

from tests.attacks import attack
from tests.integration.raw import Socket, get
from tests.integration.serving import until


def test_the_index_page_gives_a_device_once(port):
    first = get(port, "/")
    assert first.status == 200
    cookie = next(each for each in first.all("set-cookie") if each.startswith("device="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    device = re.match(r"device=([\w-]{43});", cookie)
    assert device
    again = get(port, "/", Cookie=f"device={device[1]}")
    assert not [each for each in again.all("set-cookie") if each.startswith("device=")]


@attack("a device cookie of one's own making", "replaced by a fresh one")
def test_a_device_id_of_someones_own_making_is_replaced(port):
    assert any(each.startswith("device=") for each in get(port, "/", Cookie="device=admin").all("set-cookie"))


def test_assets_set_no_device(port):
    for path in ("/_stcore/health", "/static/nothing.js", "/livez"):
        assert not [each for each in get(port, path).all("set-cookie") if each.startswith("device=")]


@pytest.mark.parametrize("path", ["nothing.js", "js", "js/", "index.html", "js//x", "./x", "%ff", "a" * 5000])
def test_an_asset_that_is_missing_is_not_found(port, path):
    answer = get(port, f"/static/{path}")
    assert answer.status == 404
    assert b"<html" not in answer.body


def test_the_index_pages_own_assets_are_found_and_kept_by_browsers(port):
    sources = re.findall(r'(?:src|href)="\./(static/[^"]+)"', get(port, "/").body.decode())
    assert sources
    for source in sources:
        answer = get(port, f"/{source}")
        assert answer.status == 200
        assert "immutable" in (answer.header("cache-control") or "")


@pytest.mark.parametrize("other", ['theirs={"a":1}', 'theirs="open', "their[s]=1", "theirs", "=;"])
def test_cookies_of_another_app_on_this_host_hide_no_device(port, other):
    assert not get(port, "/", Cookie=f"{other}; device={'d' * 43}").all("set-cookie")


@attack("an answer without security headers", "there is none")
def test_every_answer_is_secured(port):
    for path in ("/", "/_stcore/health", "/livez", "/nowhere", "/static/nothing.js"):
        answer = get(port, path)
        policy = answer.header("content-security-policy") or ""
        assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in policy, path
        assert "'unsafe-inline'" not in policy.split("style-src")[0]
        assert "'unsafe-eval'" not in policy
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("referrer-policy") == "same-origin"
        assert answer.header("permissions-policy")
        assert answer.header("server") is None
        assert re.fullmatch(r"[0-9a-f]{32}", answer.header("x-request-id") or "")


def test_the_request_id_leads_to_the_log_line_and_a_given_one_is_ignored(web):
    answer = get(web.port, "/", X_Request_Id="mine")
    request_id = answer.header("x-request-id")
    assert request_id != "mine"
    found = until(lambda: [line for line in web.logged("request") if line["correlation_id"] == request_id], "the line")
    assert found[0]["path"] == "/"
    assert found[0]["status"] == 200
    assert found[0]["duration_ms"] > 0


@attack("a secret in the query of an address", "it isn't in the log")
def test_the_query_is_not_logged(web):
    get(web.port, "/?page=x&q=canary-4711")
    with Socket(web.port, path="/_stcore/stream?token=canary-4711") as socket:
        assert socket.status == 101
    get(web.port, "/nowhere?canary-4711")
    until(lambda: any(line["path"] == "/nowhere" for line in web.logged("request refused")), "the line")
    assert "canary-4711" not in web.log.read_text(encoding="utf-8")


def test_refusals_speak_the_readers_language(port):
    answer = get(port, "/nowhere", Accept="text/html", Accept_Language="de-AT,de;q=0.9")
    assert answer.status == 404
    assert "Hier ist nichts" in answer.body.decode()
    assert get(port, "/nowhere").json()["code"] == "not_found"


def test_the_process_is_alive_and_ready(port):
    assert get(port, "/livez").body == b"alive"
    assert get(port, "/readyz").json() == {"ready": True}
    assert get(port, "/livez", Host="10.1.2.3").status == 200


@attack("health asked for from elsewhere", "the status, no component")
def test_health_names_every_component_to_this_machine_only(port):
    here = get(port, "/healthz").json()
    names = {component["name"] for component in here["components"]}
    assert {"database", "filesystem", "plugins"} <= names
    assert here["plugins"]
    through_a_proxy = get(port, "/healthz", X_Forwarded_For="192.0.2.1")
    # The local principal of development may see everything; the detail then comes by permission, not by address.
    assert through_a_proxy.json()["status"] == here["status"]


def test_a_report_of_blocked_content_is_logged(web):
    report = {"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "https://evil.example/x.js"}}
    assert get(web.port, "/csp-report", "POST", json.dumps(report).encode(), Origin="null").status == 204
    until(lambda: web.logged("content blocked by policy"), "the log line")


def test_the_index_page_is_the_apps_own(port):
    page = get(port, "/").body.decode()
    assert "<title>Holdfast</title>" in page
    assert "agent" not in page


@attack("a foreign page reads an answer", "no header lets it")
def test_no_cross_origin_reading(port):
    for path in ("/_stcore/health", "/_stcore/host-config", "/"):
        assert get(port, path, Origin="http://evil.example").header("access-control-allow-origin") is None
