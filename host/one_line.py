"""Puts any text and any exception into one clear line: printable, of bounded length, whatever it was made of."""

from typing import Final

LONGEST: Final = 600
"""Characters of a line; whatever is longer stands in full in the log."""


def one_line(text: object) -> str:
    """Return `text` without line breaks and unprintable characters, cut where it is longer than a line may be."""
    printable = "".join(each if each.isprintable() else " " for each in str(text)[: 4 * LONGEST])
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def text_of(error: BaseException) -> str:
    """Return the exception's own text, also where it fails to render itself."""
    try:
        return str(error)
    except Exception as second:
        return f"(its text can't be had: {type(second).__name__})"


def describe(error: BaseException) -> str:
    """Return ``Type: text`` in one line."""
    text = one_line(text_of(error))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
