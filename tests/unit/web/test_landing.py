"""After signing in one lands in this app, whatever an address says."""

import pytest

from host.web.landing import LONGEST, safe_landing, sign_in_address


@pytest.mark.parametrize("address", ["/", "/?page=articles&id=5", "/x/warehouse/export?a=b%2Fc", "/x/a/b#part"])
def test_a_path_of_this_app_is_kept(address):
    assert safe_landing(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None, "", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/",
        "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", " //evil.example", "evil.example", "http:/x",
        "/x\r\nSet-Cookie: a=b", "http://[", "/ä", "/" + "a" * LONGEST,
    ],
)  # fmt: skip
def test_everything_else_gives_way_to_the_start_page(address):
    assert safe_landing(address) == "/"


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/", b"", "/in"),
        ("/", b"page=a&id=1", "/in?next=/%3Fpage%3Da%26id%3D1"),
        ("/x/a/ü b", b"", "/in?next=/x/a/%25C3%25BC%2520b"),
        ("/x//evil", b"", "/in?next=/x//evil"),
        ("/", b"a=" + b"b" * LONGEST, "/in"),
    ],
)
def test_the_sign_in_page_is_told_where_to_lead_back(path, query, expected):
    assert sign_in_address("/in", {"path": path, "query_string": query}) == expected
