"""Old and new value of a column as people read them: numbers and dates in their language, long texts word by word."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, Final, Literal, final

from host.data.audit.exporting import plain_value

_TO_GERMAN: Final = str.maketrans(",.", ".,")
_LONG: Final = 40
"""Characters from which on a text is compared word by word."""
_MOST_WORDS: Final = 2000
_CONTEXT: Final = 6
"""Words of an unchanged passage that stay around a change."""
_GAP: Final = " … "


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: unchanged, gone, or new."""

    kind: Literal["same", "gone", "new"]
    text: str


@final
@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody reads values.

    Args:
        language: ``en`` or ``de``.
        zone: in which moments are told; the stored zone when unknown.
        yes: the word for true.
        no: the word for false.
    """

    language: str
    zone: tzinfo | None
    yes: str
    no: str

    def value(self, value: Any) -> str:
        """Return a value as text; ``–`` for none."""
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, int | Decimal | float):
            return self._number(value)
        if isinstance(value, date | time | timedelta):
            return self._time(value)
        plain = plain_value(value)
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, default=str)

    def moment(self, value: datetime) -> str:
        """Return date and time of day to the second."""
        local = value.astimezone(self.zone) if self.zone and value.tzinfo else value
        return f"{local:%d.%m.%Y %H:%M:%S}" if self._german else f"{local:%Y-%m-%d %H:%M:%S}"

    def _time(self, value: date | time | timedelta) -> str:
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}" if self._german else value.isoformat()
        return str(value)

    @property
    def _german(self) -> bool:
        return self.language.startswith("de")

    def _number(self, value: int | Decimal | float) -> str:
        english = f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)):,f}"
        return localized(english, self.language)


def localized(english: str, language: str) -> str:
    """Return a number that is written the English way with the marks of `language`."""
    return english.translate(_TO_GERMAN) if language.startswith("de") else english


def pieces(old: str, new: str) -> list[Piece]:
    """Return the difference of two texts: the whole texts if they are short, else word by word with some context."""
    before, after = _words(old), _words(new)
    if max(len(old), len(new)) < _LONG or max(len(before), len(after)) > _MOST_WORDS:
        return [Piece("gone", old), Piece("new", new)]
    return list(_compared(before, after))


def _compared(before: list[str], after: list[str]) -> Iterator[Piece]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (kind, start, end, new_start, new_end) in enumerate(steps):
        if kind == "equal":
            words = before[start:end]
            yield Piece("same", _shortened(words, first=number == 0, last=number == len(steps) - 1))
            continue
        if end > start:
            yield Piece("gone", "".join(before[start:end]))
        if new_end > new_start:
            yield Piece("new", "".join(after[new_start:new_end]))


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    head = [] if first else words[:_CONTEXT]
    tail = [] if last else words[-_CONTEXT:]
    if len(head) + len(tail) >= len(words):
        return "".join(words)
    return "".join(head) + _GAP + "".join(tail)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
