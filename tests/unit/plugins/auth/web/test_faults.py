"""How long to wait, in words."""

from dataclasses import dataclass

import pytest

from plugins.auth.web.faults import waiting
from plugins.auth.wording import wording


@dataclass
class Reader:
    language: str

    def t(self, key: str, **fields: object) -> str:
        return wording(self.language, f"auth.web.{key}", **fields)


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (0, "1 second", "1 Sekunde"),
        (1, "1 second", "1 Sekunde"),
        (45, "45 seconds", "45 Sekunden"),
        (60, "60 seconds", "60 Sekunden"),
        (61, "2 minutes", "2 Minuten"),
        (900, "15 minutes", "15 Minuten"),
    ],
)
def test_the_wait_is_said_in_words_and_never_too_short(seconds, english, german):
    assert waiting(Reader("en"), seconds) == english
    assert waiting(Reader("de"), seconds) == german
