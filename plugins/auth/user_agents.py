"""Which browser on which system stands behind what a browser calls itself; enough to recognise one's own devices."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOP[RTX]/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|HeadlessChrome|Chromium)/"),
    ("Safari", r"\bVersion/[\d.]+.*\bSafari/"),
    ("curl", r"^curl/"),
    ("Python", r"^python-|^Python/|\bhttpx/"),
)
"""Name → what gives it away, in the order of looking: most browsers name older ones, too."""
_SYSTEMS: Final = (
    ("Windows", r"\bWindows\b"),
    ("Android", r"\bAndroid\b"),
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """Return the browser's and the system's name, each empty where it can't be told."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def _first(named: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in named if re.search(pattern, user_agent)), "")
