"""Where the pages are, and which addresses a form may lead on to."""

import re
from typing import Final

BASE: Final = "/x/auth"
SIGN_IN: Final = "/sign-in"
CODE: Final = "/code"
NEW_PASSWORD: Final = "/new-password"  # noqa: S105  a path
SIGN_UP: Final = "/sign-up"
SIGN_OUT: Final = "/sign-out"
STYLES: Final = "/pages.css"
ACCOUNT_PASSWORD: Final = "/account/password"  # noqa: S105  a path
ACCOUNT_SECOND_FACTOR: Final = "/account/second-factor"

HOME: Final = "/"
_LONGEST: Final = 2000
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\]")
_OUR_PAGES: Final = f"{BASE}/"


def onward(wanted: str) -> str:
    """Return `wanted` if it is a path of this app to go on to after signing in, else the start page.

    Browsers read a backslash as a slash and drop tabs and line breaks, so that ``/\\evil.example`` leads away; what
    holds one of them is refused. The pages of sign-in themselves are no place to go on to: only those of the account.
    """
    if len(wanted) > _LONGEST or not wanted.startswith("/") or wanted.startswith("//") or _UNSAFE.search(wanted):
        return HOME
    own = wanted.startswith(_OUR_PAGES) and not wanted.startswith((f"{BASE}/account/",))
    return HOME if own else wanted
