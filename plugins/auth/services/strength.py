"""What speaks against a new password: length, what is guessed first, and what everybody knows about its owner."""

import unicodedata
from collections.abc import Iterable
from math import prod
from typing import Final

from plugins.auth.values import Problem

LONGEST_BYTES: Final = 256
"""Of UTF-8; hashing more would only serve who wants to keep the server busy."""
_LOOKED_AT: Final = 40
"""Characters that the estimate reads; it grows with the square of them."""
_MOST_READINGS: Final = 16
"""Ways to read digits and signs as letters that the estimate tries; it grows with them, to many seconds for ``4@8({[<``
and so on, in which nothing else runs."""
_LONGEST_KNOWN: Final = 200
"""Characters of login and name that count."""
_WEAKEST: Final = 2
"""Of zxcvbn's scores 0 to 4: 1 falls to a million guesses."""
_SHORTEST_PART: Final = 3


def problems(text: str, shortest: int, known: Iterable[str]) -> list[Problem]:
    """Return what is wrong with `text`.

    Args:
        shortest: fewest characters.
        known: login and name of its owner.
    """
    if len(text.encode("utf-8", "replace")) > LONGEST_BYTES:
        return [Problem("auth.problem.password.long", "password", {"bytes": str(LONGEST_BYTES)})]
    if len(text) < shortest:
        return [Problem("auth.problem.password.short", "password", {"characters": str(shortest)})]
    parts = [part for each in known for part in _parts(each[:_LONGEST_KNOWN])]
    if any(_folded(text) in (part, part[::-1]) for part in parts):
        return [Problem("auth.problem.password.personal", "password")]
    if _score(text, parts) < _WEAKEST:
        return [Problem("auth.problem.password.common", "password")]
    return []


def _score(text: str, personal: list[str]) -> int:
    # Imported late: it reads lists of a hundred thousand words.
    from zxcvbn import zxcvbn

    return int(zxcvbn(_beginning(text), user_inputs=personal)["score"])


def _beginning(text: str) -> str:
    """Return as much as the estimate reads in time; what comes after it can only make a password better."""
    from zxcvbn.matching import L33T_TABLE

    signs: set[str] = set()
    for at, character in enumerate(text[:_LOOKED_AT]):
        signs.add(character)
        if prod(max(1, len(signs.intersection(each))) for each in L33T_TABLE.values()) > _MOST_READINGS:
            return text[:at]
    return text[:_LOOKED_AT]


def _parts(text: str) -> list[str]:
    folded = _folded(text)
    words = folded.replace("@", " ").replace(".", " ").split()
    return [part for part in dict.fromkeys([folded, folded.replace(" ", ""), *words]) if len(part) >= _SHORTEST_PART]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
