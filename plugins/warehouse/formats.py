"""Writes quantities, money and dates the way the reader's language does."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from plugins.warehouse.amounts import DecimalMark

_SYMBOLS: Final = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}
_TO_GERMAN: Final = str.maketrans(",.", ".,")


def decimal_mark(language: str) -> DecimalMark:
    """Return the decimal mark of `language`."""
    return "," if language.startswith("de") else "."


def number(value: Decimal | int, language: str) -> str:
    """Return a number with marks of thousands: ``1.234,5`` or ``1,234.5``."""
    english = f"{Decimal(value):,f}"
    return english.translate(_TO_GERMAN) if decimal_mark(language) == "," else english


def plain_number(value: Decimal, language: str) -> str:
    """Return a number as it is typed: no marks of thousands."""
    return f"{value:f}".replace(".", decimal_mark(language))


def money(cents: int, currency: str, language: str) -> str:
    """Return an amount with its currency: ``1.234,50 €`` or ``€1,234.50``; other currencies by their code."""
    amount = number(Decimal(cents) / 100 + Decimal("0.00"), language)
    sign = _SYMBOLS.get(currency, currency)
    return f"{amount} {sign}" if decimal_mark(language) == "," or len(sign) > 1 else f"{sign}{amount}"


def day(value: date | None, language: str) -> str:
    """Return a date, ``–`` for none: ``31.12.2030`` or ``2030-12-31``."""
    if value is None:
        return "–"
    return f"{value:%d.%m.%Y}" if language.startswith("de") else value.isoformat()


def moment(value: datetime, language: str) -> str:
    """Return date and time of day to the minute; the caller chooses the zone."""
    return f"{day(value.date(), language)} {value:%H:%M}"
