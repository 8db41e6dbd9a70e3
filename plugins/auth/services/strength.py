"""What speaks against a new password: length, what is guessed first, and what everybody knows about its owner."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from plugins.auth.values import Problem

LONGEST_BYTES: Final = 256
"""Of UTF-8; hashing more would only serve who wants to keep the server busy."""
_LOOKED_AT: Final = 64
"""Characters that the estimate reads; it grows with the square of them."""
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
    parts = [part for each in known for part in _parts(each)]
    if any(_folded(text) in (part, part[::-1]) for part in parts):
        return [Problem("auth.problem.password.personal", "password")]
    if _score(text, parts) < _WEAKEST:
        return [Problem("auth.problem.password.common", "password")]
    return []


def _score(text: str, personal: list[str]) -> int:
    # Imported late: it reads lists of a hundred thousand words.
    from zxcvbn import zxcvbn

    return int(zxcvbn(text[:_LOOKED_AT], user_inputs=personal)["score"])


def _parts(text: str) -> list[str]:
    folded = _folded(text)
    words = folded.replace("@", " ").replace(".", " ").split()
    return [part for part in dict.fromkeys([folded, folded.replace(" ", ""), *words]) if len(part) >= _SHORTEST_PART]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
