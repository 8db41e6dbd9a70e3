"""Words where Streamlit reads Markdown."""

import pytest

from host.ui.design import literal


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Anna Grün", "Anna Grün"),
        ("[a](b) *c* :red[d]", r"\[a\]\(b\) \*c\* \:red\[d\]"),
        ("https://a.example", "https\\:\u2060//a\\.example"),
        ("see HTTP://a, www.b", "see HTTP\\:\u2060//a, www\u2060\\.b"),
    ],
)
def test_what_people_wrote_is_shown_as_written(words: str, shown: str) -> None:
    assert literal(words) == shown
