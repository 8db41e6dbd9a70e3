"""Names and types of files as browsers are told them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.files.names import LONGEST, attachment, media_type, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("articles.xlsx", "articles.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("a\r\nSet-Cookie: x=1.csv", "aSet-Cookie_ x=1.csv"),
        ('quo"te.csv', "quo_te.csv"),
        ("invoice\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "invoicefdp.exe"),
        ("Prüfbericht 2026.pdf", "Prüfbericht 2026.pdf"),
        ("CON.txt", "_CON.txt"),
        (" .hidden. ", "hidden"),
        ("", "file"),
        ("...", "file"),
        ("x" * 400 + ".csv", "x" * (LONGEST - 4) + ".csv"),
    ],
)
def test_names_are_made_safe(given_name: str, safe: str):
    assert safe_name(given_name) == safe


def test_attachment_names_both_kinds_of_programs():
    assert attachment("a b.csv") == 'attachment; filename="a b.csv"'
    assert attachment("Prüfung.csv") == "attachment; filename=\"Prufung.csv\"; filename*=UTF-8''Pr%C3%BCfung.csv"
    assert attachment("檔案.csv") == "attachment; filename=\"file.csv\"; filename*=UTF-8''%E6%AA%94%E6%A1%88.csv"


@given(st.text())
def test_no_name_breaks_the_header(name: str):
    value = attachment(name)
    assert value.isascii()
    assert value.isprintable()
    assert value.startswith("attachment; ")
    assert value.count('"') == 2
    assert len(safe_name(name)) <= LONGEST
    assert safe_name(safe_name(name)) == safe_name(name)


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        (" Text/CSV ", "text/csv"),
        ("text/html\r\nX: y", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("a/" + "b" * 200, "application/octet-stream"),
    ],
)
def test_media_types(told: str, used: str):
    assert media_type(told) == used
