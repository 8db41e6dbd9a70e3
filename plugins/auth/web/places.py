"""Where the pages are, and which addresses a form may lead on to."""

from typing import Final

from host.web.landing import HOME, safe_landing

BASE: Final = "/x/auth"
SIGN_IN: Final = "/sign-in"
CODE: Final = "/code"
NEW_PASSWORD: Final = "/new-password"  # noqa: S105  a path
SIGN_UP: Final = "/sign-up"
INVITATION: Final = "/sign-up/{token}"
RESET: Final = "/reset/{token}"
SETUP: Final = "/setup/{token}"
ENTER: Final = "/enter/{token}"
SIGN_OUT: Final = "/sign-out"
VIEW_AS: Final = "/view-as"
VIEW_AS_END: Final = "/view-as/end"
STYLES: Final = "/pages.css"
ACCOUNT: Final = "/account/"
ACCOUNT_PASSWORD: Final = "/account/password"  # noqa: S105  a path
ACCOUNT_SECOND_FACTOR: Final = "/account/second-factor"


def onward(wanted: str) -> str:
    """Return `wanted` if it is a path of this app to go on to, else the start page.

    The pages of sign-in themselves are no place to go on to, only those of the account.
    """
    place = safe_landing(wanted)
    own = place.startswith(f"{BASE}/") and not place.startswith(f"{BASE}{ACCOUNT}")
    return HOME if own else place
