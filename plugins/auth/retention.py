"""How long what sign-in leaves behind is kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from host import RetentionPolicy
from plugins.auth.models import ApiToken, Attempts, Link, SignInSession

_KEPT: Final = timedelta(days=90)
"""For the lists of devices, links and tokens; what happened stays in the security events."""
_ATTEMPTS: Final = timedelta(days=2)
"""Longer than any delay lasts."""


def policies() -> Sequence[RetentionPolicy]:
    """Return the policies."""
    return [
        RetentionPolicy(name="sessions", table=SignInSession, age="ends_at", keep=_KEPT),
        RetentionPolicy(name="attempts", table=Attempts, age="last_at", keep=_ATTEMPTS),
        RetentionPolicy(name="links", table=Link, age="expires_at", keep=_KEPT),
        RetentionPolicy(name="tokens", table=ApiToken, age="expires_at", keep=_KEPT),
    ]
