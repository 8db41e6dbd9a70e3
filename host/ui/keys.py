"""Every key under which the shell keeps something in a browser session; pages' keys begin with their path instead."""

from typing import Final

SESSION: Final = "host/session"
HISTORY: Final = "host/history"
VISIT: Final = "host/visit"
THEME: Final = "host/theme"
LANGUAGE: Final = "host/language"
DRAWN: Final = "host/drawn"
