"""Language and look of a page: chosen here, or in the app on this device, else the operator's or the browser's."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from host import current, load_catalogues
from host.texts import AUTOMATIC, FALLBACK_LANGUAGE
from plugins.auth.wording import FOLDER

LANGUAGE_COOKIE: Final = "language"
THEME_COOKIE: Final = "theme"
"""Both are the app's own: a choice made here stays after sign-in, and the other way round."""
LOOKS: Final = ("light", "dark")
_A_YEAR_S: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Wish:
    """How the reader wants the page.

    Args:
        chosen: the language was chosen with this very request.
        look: ``light``, ``dark``, or empty for the system's.
    """

    language: str = "en"
    chosen: bool = False
    look: str = ""

    def keep(self, response: Response) -> None:
        """Remember a choice of language that was just made."""
        if self.chosen:
            # The app's own script reads and writes it, too: not HttpOnly.
            response.set_cookie(LANGUAGE_COOKIE, self.language, _A_YEAR_S, samesite="lax", httponly=False)


def wish_of(request: Request, form: Mapping[str, str]) -> Wish:
    """Return what a request says about language and look."""
    config = current().application.config
    # A posted form keeps the query of the page that it stood on: there only the form counts.
    asked = form.get("lang", "") if request.method == "POST" else request.query_params.get("lang", "")
    before = request.cookies.get(LANGUAGE_COOKIE, "")
    usual = () if before == AUTOMATIC else (config.language,)
    candidates = (asked, before, *usual, current().language)
    language = next((tag for tag in candidates if tag in languages()), FALLBACK_LANGUAGE)
    themes = (request.cookies.get(THEME_COOKIE, ""), config.theme)
    theme = next((each for each in themes if each in (*LOOKS, AUTOMATIC)), AUTOMATIC)
    return Wish(language, asked == language, theme if theme in LOOKS else "")


@cache
def languages() -> tuple[str, ...]:
    """Return the languages in which these pages can be read."""
    return tuple(catalogue.language for catalogue in load_catalogues(FOLDER))
