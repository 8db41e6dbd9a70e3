"""Folds names so that every database finds and sorts them alike, umlauts and accents included."""

import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

_WRITTEN_OUT: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_ESCAPE: Final = "\\"


def fold(text: str) -> str:
    """Return `text` without case, accents and superfluous blanks: ``"  Größe "`` becomes ``"grosse"``."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Twice: what comes apart may be a capital letter again, such as the bold ones of mathematics.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    return " ".join("".join(mark for mark in decomposed if not unicodedata.combining(mark)).split())


def spellings(word: str) -> Iterator[str]:
    """Yield how a stored name may have folded what the reader typed: ``gruen`` may be ``grün``."""
    yield word
    shorter = word
    for long, short in _WRITTEN_OUT:
        shorter = shorter.replace(long, short)
    if shorter != word:
        yield shorter


def matches(text: str, *columns: Any) -> ColumnElement[bool]:
    """Return the condition that every word of `text` stands somewhere in the folded `columns`."""
    words = [list(spellings(word)) for word in fold(text).split()]
    return and_(True, *(or_(*(_contains(column, each) for column in columns for each in found)) for found in words))


def _contains(column: Any, part: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.contains(part, autoescape=True, escape=_ESCAPE)
    return condition
