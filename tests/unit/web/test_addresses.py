"""Host and Origin: exact names only."""

import pytest

from host.web.addresses import host_name, rules_for

RULES = rules_for("127.0.0.1", ["localhost", "[::1]"], ["https://partner.example"], tls=False)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:80", "[::1]:8501"])
def test_own_names_are_answered(host):
    assert RULES.host_allowed(host)


@pytest.mark.parametrize(
    "host",
    [None, "", "evil.example", "localhost.evil.example", "evil.example:8501", "a@localhost", "localhost/x",
     "localhost:x", "localhost evil", "localhost,evil.example", "0.0.0.0"],
)  # fmt: skip
def test_foreign_and_malformed_names_are_not(host):
    assert not RULES.host_allowed(host)


def test_a_wildcard_bind_adds_no_name_and_a_star_admits_every_well_formed_one():
    assert not rules_for("0.0.0.0", ["app.example"], [], tls=True).host_allowed("0.0.0.0")
    every = rules_for("0.0.0.0", ["*"], [], tls=False)
    assert every.host_allowed("anything.example:1")
    assert not every.host_allowed("a@b")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:8501", True),
        ("https://partner.example", True),
        (None, False),
        ("null", False),
        ("", False),
        ("https://localhost:8501", False),
        ("http://localhost:8502", False),
        ("http://localhost", False),
        ("http://evil.example", False),
        ("https://partner.example.evil", False),
        ("http://localhost:8501.evil.example", False),
    ],
)
def test_only_the_own_address_and_listed_origins_may_connect(origin, allowed):
    assert RULES.origin_allowed(origin, "localhost:8501", "ws") is allowed


def test_behind_tls_the_insecure_twin_is_foreign():
    rules = rules_for("127.0.0.1", ["app.example"], [], tls=True)
    assert rules.origin_allowed("https://app.example", "app.example", "ws")
    assert not rules.origin_allowed("http://app.example", "app.example", "ws")


def test_null_is_foreign_even_where_every_origin_is_admitted():
    rules = rules_for("127.0.0.1", ["app.example"], ["*"], tls=False)
    assert rules.origin_allowed("http://elsewhere.example", "app.example", "ws")
    assert not rules.origin_allowed("null", "app.example", "ws")


def test_the_port_is_no_part_of_the_name():
    assert host_name("Example.COM:8501") == "example.com"
