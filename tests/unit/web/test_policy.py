"""The route policy is closed: what isn't named isn't there."""

import pytest

from host.web import policy
from host.web.policy import Access


@pytest.mark.parametrize(
    ("method", "path", "access"),
    [
        ("GET", "/", Access.SIGNED_IN),
        ("GET", "/static/js/index.js", Access.PUBLIC),
        ("GET", "/healthz", Access.PROBE),
        ("PUT", "/_stcore/upload_file/session/file", Access.SIGNED_IN),
        ("GET", "/media/abc.png", Access.SIGNED_IN),
        ("POST", "/x/warehouse/export", Access.SIGNED_IN),
        ("GET", "/x/warehouse/", Access.SIGNED_IN),
        ("POST", policy.REPORTS, Access.PUBLIC),
    ],
)
def test_what_is_served(method, path, access):
    assert policy.access(method, path) is access


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("OPTIONS", "/"),
        ("GET", "/index.html"),
        ("GET", "/warehouse"),
        ("GET", "/_stcore/metrics"),
        ("GET", "/_stcore/agent/openapi.json"),
        ("POST", "/_stcore/agent/interact"),
        ("GET", "/_stcore/script-health-check"),
        ("GET", "/_stcore/healthz"),
        ("GET", "/auth/login"),
        ("GET", "/oauth2callback"),
        ("GET", "/app/static/file"),
        ("GET", "/x/"),
        ("TRACE", "/healthz"),
        ("GET", "/livez/"),
        ("GET", "/livez\n"),
    ],
)
def test_what_is_not(method, path):
    assert policy.access(method, path) is None
