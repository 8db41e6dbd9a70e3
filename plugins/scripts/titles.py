"""What a file's name says about its page: position, icon, title, path."""

import re
import unicodedata
from pathlib import Path
from typing import Final

_NUMBER: Final = re.compile(r"^(\d+)[ _-]+(?=.)")
_EMOJI: Final = re.compile(r"^([^\w\s-]+)[ _-]*(?=.)")


def names(file: Path) -> tuple[int, str | None, str]:
    """Read ``3_📈_Sales_report.py`` as Streamlit does: position, icon, title."""
    rest = file.stem if file.suffix == ".py" else file.name
    number = _NUMBER.match(rest)
    rest = rest[number.end() :] if number else rest
    icon = _EMOJI.match(rest)
    rest = rest[icon.end() :] if icon else rest
    title = rest.replace("_", " ").replace("-", " ").strip()
    title = title[:1].upper() + title[1:]
    return int(number[1]) if number else 10**6, icon[1] if icon else None, title


def slug(text: str) -> str:
    """Return `text` as a page path's part."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "script"
