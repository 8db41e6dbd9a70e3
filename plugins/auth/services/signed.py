"""Signed tokens: they stand in no table and end by themselves, soon."""

import hashlib
from typing import Any, Final

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

PREFIX: Final = "hfs_"
_SALT: Final = "holdfast.auth.signed-token.1"


class Signer:
    """Makes and reads signed tokens.

    Args:
        secret_key: the app's; another one ends every signed token.
        longest_s: no token counts for longer, whatever it says itself.
    """

    def __init__(self, secret_key: str, longest_s: int) -> None:
        how: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._serializer = URLSafeTimedSerializer(secret_key, salt=_SALT, signer_kwargs=how)
        self._longest_s = longest_s

    def sign(self, user_id: str, scopes: frozenset[str], lasts_s: int) -> str:
        """Return a token that counts for `lasts_s` seconds from now."""
        return f"{PREFIX}{self._serializer.dumps([user_id, sorted(scopes), lasts_s])}"

    def read(self, token: str) -> tuple[str, frozenset[str]] | str:
        """Return user id and scopes, or in one word why the token doesn't count: ``expired`` or ``unknown``."""
        text = token.removeprefix(PREFIX)
        try:
            user_id, scopes, lasts_s = self._serializer.loads(text, max_age=self._longest_s)
            self._serializer.loads(text, max_age=lasts_s)
        except SignatureExpired:
            return "expired"
        except (BadData, ValueError, TypeError):
            return "unknown"
        return str(user_id), frozenset(map(str, scopes))
