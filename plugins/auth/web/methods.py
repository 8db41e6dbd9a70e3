"""The way to sign in that the plugin offers itself."""

from collections.abc import Sequence
from typing import Any, Final

from host import SignInMethod
from plugins.auth.web import places

PASSWORD: Final = "password"  # noqa: S105  a method's name


def sign_in_methods(services: Any) -> Sequence[SignInMethod]:
    """Return the sign-in by password, which has its form on the sign-in page itself."""
    return [SignInMethod(name=PASSWORD, title="auth.web.method.password", start=places.SIGN_IN, order=10)]
