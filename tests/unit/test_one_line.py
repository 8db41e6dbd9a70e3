"""Whatever a plugin raises or says is put into one clear line."""

import pytest

from host.one_line import LONGEST, describe, one_line


class _MuteError(Exception):
    def __str__(self) -> str:
        raise KeyError("text")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\n\tb\u2028c", "a b c"),
        ("\x1b[31mred\x00", "[31mred"),
        ("\ud800 lone", "lone"),
        (3, "3"),
        ("", ""),
    ],
)
def test_only_printable_characters_of_one_line_are_left(text: object, line: str) -> None:
    assert one_line(text) == line


def test_long_texts_are_cut_visibly() -> None:
    line = one_line("x" * 1_000_000)
    assert len(line) == LONGEST
    assert line.endswith("…")


def test_exceptions_are_told_also_where_they_cannot_render_themselves() -> None:
    assert describe(ValueError("a\nb")) == "ValueError: a b"
    assert describe(ValueError()) == "ValueError"
    assert describe(_MuteError()) == "_MuteError: (its text can't be had: KeyError)"
