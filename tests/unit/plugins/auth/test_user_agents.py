"""Browsers by the name they give themselves."""

import pytest

from plugins.auth.user_agents import browser_and_system

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/156.0.0.0 Safari/537.36", ("Chrome", "Windows")),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
            ("Edge", "Windows"),
        ),
        (f"Mozilla/5.0 (Linux; Android 16; K) {WEBKIT} Chrome/156.0.0.0 Mobile Safari/537.36", ("Chrome", "Android")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/19.0 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/19.0 Safari/605.1.15",
            ("Safari", "macOS"),
        ),
        ("curl/8.14.1", ("curl", "")),
        ("", ("", "")),
        ("<script>alert(1)</script>", ("", "")),
    ],
)
def test_browser_and_system_are_told_apart(user_agent: str, expected: tuple[str, str]) -> None:
    assert browser_and_system(user_agent) == expected
