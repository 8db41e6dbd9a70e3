"""No text begins, in the eyes of a spreadsheet, with a formula."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host import csv_safe
from tests.attacks import attack

COMMAND = "cmd|' /C calc'!A0"


@attack("a formula in a CSV file, begun in every way that a spreadsheet takes for one", "written as text")
@pytest.mark.parametrize(
    "begin",
    [
        "=", "+", "-", "@", "\t=", "\r=", "\n=", "\t", "\r", "  =", "\N{NO-BREAK SPACE}=", "\N{ZERO WIDTH SPACE}=",
        "\ufeff=", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}",
        "\N{FULLWIDTH COMMERCIAL AT}", "\N{SMALL EQUALS SIGN}", "\N{SMALL PLUS SIGN}", "\N{SMALL HYPHEN-MINUS}",
        "\N{SMALL COMMERCIAL AT}", "\N{MINUS SIGN}", "\N{SUPERSCRIPT EQUALS SIGN}", "\0=", "\N{IDEOGRAPHIC SPACE}=",
    ],
)  # fmt: skip
def test_every_way_to_begin_a_formula_is_taken_for_text(begin: str):
    assert csv_safe(begin + COMMAND) == f"'{begin}{COMMAND}"


@pytest.mark.parametrize(
    "text", ["", "Käse", "a=b", "5-3", "ann@example.com", "'quoted", "  plain", "(1)", "#1", "´=1"]
)
def test_other_texts_stay(text: str):
    assert csv_safe(text) == text


@given(st.text())
def test_nothing_is_lost_and_no_written_cell_begins_like_a_formula(text: str):
    safe = csv_safe(text)
    assert safe in {text, f"'{text}"}
    out = io.StringIO()
    csv.writer(out).writerow([safe])
    (cell,) = next(csv.reader(io.StringIO(out.getvalue(), newline=""))) or [""]
    visible = unicodedata.normalize("NFKC", cell).strip()
    assert not visible.startswith(("=", "+", "-", "@"))
