"""Where a form may lead on to."""

import pytest

from plugins.auth.web.places import onward


@pytest.mark.parametrize(
    "place",
    ["/", "/?page=warehouse/articles&q=a%20b", "/x/warehouse/articles.csv", "/x/auth/account/second-factor"],
)
def test_own_addresses_are_kept(place):
    assert onward(place) == place


@pytest.mark.parametrize(
    "place",
    [
        "", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\n/evil.example", "javascript:alert(1)", "evil.example", "/" + "a" * 3000,
        "/x/auth/sign-in", "/x/auth/sign-in?next=/", "/x/auth/sign-out", "/x/auth/setup/abc",
    ],
)  # fmt: skip
def test_other_addresses_give_way_to_the_start_page(place):
    assert onward(place) == "/"
