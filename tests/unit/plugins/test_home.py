"""Home's greeting by the reader's own clock."""

from datetime import UTC, datetime

import pytest

from plugins.home.greeting import greeting_key, local_hour


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "night"), (4, "night"), (5, "morning"), (10, "morning"), (11, "day"), (18, "evening"), (23, "night")],
)
def test_the_greeting_fits_the_hour(hour: int, part: str) -> None:
    assert greeting_key(hour) == f"home.greeting.{part}"


def test_the_hour_is_the_readers_and_an_unknown_zone_does_no_harm() -> None:
    now = datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert local_hour(now, "Europe/Berlin") == 0
    assert local_hour(now, "Nowhere/Land") == 22
    assert local_hour(now, "../../etc/passwd") == 22
    assert local_hour(now, None) == 22
