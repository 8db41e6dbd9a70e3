"""The plugin's texts for code that runs outside a page: errors, sign-in pages, commands."""

from functools import cache
from pathlib import Path
from typing import Final

from host import Texts, load_catalogues

FOLDER: Final = Path(__file__).parent / "texts"


def wording(language: str, key: str, **fields: object) -> str:
    """Return the text of `key` in `language`, else in English."""
    return _texts().lookup(language, key, **fields)


@cache
def _texts() -> Texts:
    return Texts(load_catalogues(FOLDER))
