"""Words for places where Streamlit reads Markdown: labels, messages, captions."""

import re
from typing import Final

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&^=])")
_BARE_LINKS: Final = re.compile(r"https?:(?=//)|www(?=\.)", re.IGNORECASE)
_JOINER: Final = "\u2060"
"""Shows nothing. Addresses become links after escapes are gone, so only something between their parts prevents it."""


def literal(words: str) -> str:
    """Return `words` so that nothing in them is taken for Markdown: what people wrote is shown as written."""
    return _MARKS.sub(r"\\\1", _BARE_LINKS.sub(rf"\g<0>{_JOINER}", words))
