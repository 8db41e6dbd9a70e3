"""Who may act on an account: the person it belongs to, as themselves, or somebody with a permission."""

from typing import Final

from host import SIGNED_IN, PermissionDeniedError, Principal, authorize

BY_TOKEN: Final = "token."  # noqa: S105 -- a beginning, no token
"""With this begins the session of a principal that came by a token."""


def require_self(user_id: str) -> Principal:
    """Return who acts, if it is the person whose account this is.

    Raises:
        PermissionDeniedError: it is somebody else, somebody who looks on as them, or a program with a token of theirs.
    """
    principal = authorize(SIGNED_IN)
    if principal.user_id != user_id:
        raise PermissionDeniedError(f"{principal.user_id} acts on the account of {user_id}")
    if principal.viewed_by:
        raise PermissionDeniedError(f"{principal.viewed_by} only looks on as {user_id}")
    if principal.session.startswith(BY_TOKEN):
        raise PermissionDeniedError(f"a token of {user_id} may not change how {user_id} signs in")
    return principal


def require_self_or(user_id: str, permission: str) -> Principal:
    """Return who acts, if it is the person whose account this is, or holds `permission`."""
    principal = authorize(SIGNED_IN)
    if principal.user_id == user_id:
        return require_self(user_id)
    return authorize(permission)
