"""How the audit page writes values and differences."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugins.admin.audit_diff import Piece, Reader, pieces

GERMAN = Reader("de", ZoneInfo("Europe/Berlin"), "ja", "nein")
ENGLISH = Reader("en", None, "yes", "no")
TEXT = "The quick brown fox jumps over the lazy dog and runs home to its den in the old forest."


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (None, "–", "–"),
        (True, "ja", "yes"),
        (1234567, "1.234.567", "1,234,567"),
        (Decimal("1234.50"), "1.234,50", "1,234.50"),
        (date(2026, 1, 2), "02.01.2026", "2026-01-02"),
        (datetime(2026, 1, 2, 23, 30, tzinfo=UTC), "03.01.2026 00:30:00", "2026-01-02 23:30:00"),
        ({"a": [1]}, '{"a": [1]}', '{"a": [1]}'),
        ({"$stored": "token"}, "…", "…"),
        ({"$enum": "DARK"}, "DARK", "DARK"),
        (b"\x01", "AQ==", "AQ=="),
        ("<b>", "<b>", "<b>"),
    ],
)
def test_values_in_the_readers_language(value: Any, german: str, english: str) -> None:
    assert (GERMAN.value(value), ENGLISH.value(value)) == (german, english)


def test_short_texts_are_shown_whole() -> None:
    assert pieces("red", "green") == [Piece("gone", "red"), Piece("new", "green")]


def test_long_texts_are_compared_word_by_word() -> None:
    found = pieces(TEXT, TEXT.replace("lazy", "sleepy"))
    assert [piece for piece in found if piece.kind != "same"] == [Piece("gone", "lazy"), Piece("new", "sleepy")]
    assert found[0].text.startswith(" … ")
    assert found[0].text.endswith("the ")


def test_the_words_of_a_long_change_are_all_there() -> None:
    old, new = TEXT, TEXT.replace("quick brown", "slow").replace("old ", "")
    found = pieces(old, new)
    assert not any("quick" in piece.text for piece in found if piece.kind != "gone")
    assert any("slow" in piece.text for piece in found if piece.kind == "new")
