"""`csv_safe`: text for a cell of a CSV file that no spreadsheet takes for a formula."""

import unicodedata
from typing import Final

_STARTS: Final = frozenset("=+-@")
_BREAKS: Final = frozenset("\t\r\n")


def csv_safe(text: str) -> str:
    """Return `text`, behind an apostrophe if a spreadsheet might compute it instead of showing it.

    Looked at is the first character that is no space and not invisible: programs trim both. Wide and small forms of
    ``= + - @`` count as these. Give numbers to the file as numbers: a negative one in a text gets the apostrophe too.
    """
    for mark in text:
        if mark in _BREAKS:
            return f"'{text}"
        if mark.isspace() or unicodedata.category(mark) in {"Cf", "Cc"}:
            continue
        return f"'{text}" if unicodedata.normalize("NFKC", mark)[:1] in _STARTS or mark == "\N{MINUS SIGN}" else text
    return text
