"""Forwarded headers: believed from the configured proxies only, and only for client and scheme."""

import pytest

from tests.attacks import attack
from tests.integration.raw import Socket, get
from tests.integration.serving import WebUnderTest, until
from tests.integration.web.conftest import LOCAL_ONLY


def serve(root, **settings):
    process = WebUnderTest(root, LOCAL_ONLY, **settings)
    assert process.ready.get("ready"), (process.ready, process.log.read_text(encoding="utf-8")[-3000:])
    return process


@pytest.fixture(scope="module")
def trusting(tmp_path_factory):
    process = serve(tmp_path_factory.mktemp("trusting"), **{"server.trusted_proxies": "127.0.0.1,192.0.2.10"})
    yield process
    process.close()


@pytest.fixture(scope="module")
def distrusting(tmp_path_factory):
    process = serve(tmp_path_factory.mktemp("distrusting"))
    yield process
    process.close()


def logged_client(process, **headers):
    request_id = get(process.port, "/", **headers).header("x-request-id")

    def lines():
        return [line for line in process.logged("request") if line["correlation_id"] == request_id]

    return until(lines, "the log line")[0]["client"]


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        # What a client wrote itself stands left of what the proxy saw and is not believed.
        ("127.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1, 198.51.100.7, 192.0.2.10", "198.51.100.7"),
        ("", "127.0.0.1"),
    ],
)
def test_a_trusted_proxy_names_the_client(trusting, forwarded, client):
    assert logged_client(trusting, X_Forwarded_For=forwarded) == client


@attack("a forwarded header names another client", "ignored unless a trusted proxy says it")
def test_without_trusted_proxies_nobody_can_pose_as_another_client(distrusting):
    assert logged_client(distrusting, X_Forwarded_For="198.51.100.7") == "127.0.0.1"


def test_the_scheme_of_a_trusted_proxy_decides_which_origin_is_the_own(trusting):
    secure, insecure = (f"{scheme}://127.0.0.1:{trusting.port}" for scheme in ("https", "http"))
    with Socket(trusting.port, Origin=secure, X_Forwarded_Proto="https") as through_tls:
        assert through_tls.status == 101
        assert through_tls.session_id()
    with Socket(trusting.port, Origin=insecure, X_Forwarded_Proto="https") as downgraded:
        assert downgraded.status == 403
    with Socket(trusting.port, Origin=secure, X_Forwarded_Proto="gopher") as unknown:
        assert unknown.status == 403


def test_without_trusted_proxies_the_scheme_is_that_of_the_connection(distrusting):
    secure = f"https://127.0.0.1:{distrusting.port}"
    with Socket(distrusting.port, Origin=secure, X_Forwarded_Proto="https") as socket:
        assert socket.status == 403


@attack("a forwarded header names another host", "ignored")
@pytest.mark.parametrize("header", ["X_Forwarded_Host", "Forwarded", "X_Original_Host"])
def test_a_forwarded_host_never_replaces_the_host(trusting, header):
    named = {header: "evil.example" if header != "Forwarded" else "host=evil.example"}
    with Socket(trusting.port, Origin="http://evil.example", **named) as socket:
        assert socket.status == 403
    assert get(trusting.port, "/", Host="evil.example", **{header: "127.0.0.1"}).status == 421
