"""Reads quantities and money as people write them, and never guesses where two readings are possible."""

import re
from decimal import Decimal
from typing import Final, Literal

DecimalMark = Literal[",", "."]
LARGEST: Final = Decimal(1_000_000_000)
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f']")
_SHAPE: Final = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)")
_CURRENCY: Final = re.compile(r"^(€|eur|\$|usd|chf|£|gbp)|(€|eur|\$|usd|chf|£|gbp)$", re.IGNORECASE)


class UnreadableNumberError(ValueError):
    """The text is no number, or could be two different ones."""


def parse_number(text: str, mark: DecimalMark) -> Decimal:
    """Read a number.

    Args:
        mark: decimal mark of the surroundings; the other mark is taken as a decimal mark too wherever it can't
            be one of thousands: ``12.50`` is clear in a German file, ``1.234`` is not.

    Raises:
        UnreadableNumberError: it is no number, ambiguous, or beyond a billion.
    """
    bare = _BLANKS.sub("", text)
    if not _SHAPE.fullmatch(bare):
        raise UnreadableNumberError(text)
    value = Decimal(_with_point(bare, mark))
    if abs(value) > LARGEST:
        raise UnreadableNumberError(text)
    return value


def parse_cents(text: str, mark: DecimalMark) -> int:
    """Read an amount of money, with or without a sign of currency, as whole cents.

    Raises:
        UnreadableNumberError: it is no amount, ambiguous, or finer than cents.
    """
    cents = parse_number(_CURRENCY.sub("", text.strip()), mark) * 100
    if cents != cents.to_integral_value():
        raise UnreadableNumberError(text)
    return int(cents)


def _with_point(bare: str, mark: DecimalMark) -> str:
    other = "." if mark == "," else ","
    if mark in bare:
        if bare.count(mark) > 1:
            return _without_groups(bare, mark)
        whole, _, fraction = bare.partition(mark)
        if other in fraction:
            # The other way round, as in 1,234.56 within a German file: groups first, then the fraction.
            whole, _, fraction = bare.partition(other)
            return f"{_without_groups(whole, mark)}.{fraction}"
        return f"{_without_groups(whole, other) if other in whole else whole}.{fraction}"
    if bare.count(other) > 1:
        return _without_groups(bare, other)
    whole, _, fraction = bare.partition(other)
    if len(fraction) == 3 and whole.lstrip("+-") not in {"", "0"}:
        raise UnreadableNumberError(bare)
    return f"{whole}.{fraction}" if other in bare else bare


def _without_groups(text: str, group: str) -> str:
    first, *rest = text.split(group)
    if not 1 <= len(first.lstrip("+-")) <= 3 or any(len(part) != 3 or not part.isdigit() for part in rest):
        raise UnreadableNumberError(text)
    return "".join((first, *rest))
