"""Words for places where Streamlit reads Markdown: labels, messages, captions."""

import re
from typing import Final

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&^=])")


def literal(words: str) -> str:
    """Return `words` so that nothing in them is taken for Markdown: what people wrote is shown as written."""
    return _MARKS.sub(r"\\\1", words)
