"""The routes of the sign-in pages."""

from collections.abc import Sequence
from typing import Any

from host import Route, SignInMethod


def routes(services: Any) -> Sequence[Route]:
    """Return every route of the plugin."""
    return ()


def sign_in_methods(services: Any) -> Sequence[SignInMethod]:
    """Return the ways to sign in that the plugin offers itself."""
    return ()
