"""Every text that a page asks for is there, and none lies about unused."""

import re
from pathlib import Path

import pytest

from host import load_catalogues
from plugins.auth import web
from plugins.auth.wording import FOLDER

HOME = Path(web.__file__).parent
PREFIX = "auth.web."
SOURCES = "\n".join(path.read_text("utf-8") for path in [*HOME.glob("*.py"), *HOME.glob("templates/*.html")])
ASKED = frozenset(re.findall(r"""\bt\("([a-z_.]+)"[,)]""", SOURCES))
KEYS = frozenset(key for each in load_catalogues(FOLDER) for key in each.texts if key.startswith(PREFIX))


@pytest.mark.parametrize("catalogue", load_catalogues(FOLDER), ids=lambda each: each.language)
def test_what_is_asked_for_is_there(catalogue):
    assert ASKED
    assert [key for key in sorted(ASKED) if PREFIX + key not in catalogue.texts] == []


def test_what_is_there_is_asked_for():
    named = frozenset(re.findall(r"""["']([a-z_.]+)["']""", SOURCES))
    begun = tuple(re.findall(r"""t\(f?"([a-z_.]+)(?:\{|"\s*~)""", SOURCES))
    ended = tuple(re.findall(r"""\b(?:kind|message) ~ "([a-z_.]+)\"""", SOURCES))

    def used(key: str) -> bool:
        name = key.removeprefix(PREFIX)
        return name in named or key in named or name.startswith(begun) or name.endswith(ended)

    assert [key for key in sorted(KEYS) if not used(key)] == []
