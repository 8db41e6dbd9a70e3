"""Numbers as people write them: read exactly, or refused; never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.warehouse.amounts import LARGEST, DecimalMark, UnreadableNumberError, parse_cents, parse_number
from plugins.warehouse.formats import money, number, plain_number


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1234", ",", "1234"),
        ("1,5", ",", "1.5"),
        ("12.50", ",", "12.5"),
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ",", "1234.56"),
        ("1.234.567", ",", "1234567"),
        ("1,234", ",", "1.234"),
        ("1.234", ".", "1.234"),
        ("0.250", ",", "0.25"),
        (",5", ",", "0.5"),
        ("12,", ",", "12"),
        ("-3", ",", "-3"),
        ("1 234,5", ",", "1234.5"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1'234.50", ".", "1234.5"),
    ],
)
def test_reads(text: str, mark: DecimalMark, value: str) -> None:
    assert parse_number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.234", ","),
        ("1,234", "."),
        ("", ","),
        ("zwölf", ","),
        ("1.23.4", ","),
        ("1,2,3", ","),
        ("1e5", ","),
        ("NaN", ","),
        ("--1", ","),
        ("1.2345.678", ","),
        ("²", ","),
        ("99999999999", ","),
    ],
)
def test_refuses(text: str, mark: DecimalMark) -> None:
    with pytest.raises(UnreadableNumberError):
        parse_number(text, mark)


@pytest.mark.parametrize(
    ("text", "cents"), [("12,50", 1250), ("€ 12,5", 1250), ("12 EUR", 1200), ("1.234,00 €", 123400)]
)
def test_reads_money(text: str, cents: int) -> None:
    assert parse_cents(text, ",") == cents


@pytest.mark.parametrize("text", ["1,234", "0,001", "€", "12 Taler"])
def test_refuses_money(text: str) -> None:
    with pytest.raises(UnreadableNumberError):
        parse_cents(text, ",")


@given(st.decimals(0, LARGEST, places=3), st.sampled_from(["de", "en"]))
def test_what_is_written_reads_back(value: Decimal, language: str) -> None:
    mark: DecimalMark = "," if language == "de" else "."
    assert parse_number(plain_number(value, language), mark) == value


@given(st.integers(0, 10**11), st.sampled_from(["de", "en"]))
def test_money_reads_back(cents: int, language: str) -> None:
    assert parse_cents(money(cents, "EUR", language), "," if language == "de" else ".") == cents


def test_writes_as_the_language_does() -> None:
    assert (money(123450, "EUR", "de"), money(123450, "EUR", "en")) == ("1.234,50 €", "€1,234.50")
    assert (money(5, "SEK", "en"), number(Decimal("1234.5"), "de")) == ("0.05 SEK", "1.234,5")
