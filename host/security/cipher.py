"""Turns values into tokens that nobody without the key can read or change, and into blind indexes for equality.

A token is ``hf1.<key id>.<nonce and ciphertext>``: AES-256-GCM with a random nonce, bound to the place it belongs to.
A blind index is ``<key id>.<HMAC-SHA256>`` of the value and that place: equal values have equal indexes.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from host.security.faults import KeyringError, UnreadableTokenError
from host.security.keyring import Keyring

MARK: Final = "hf1"
NONCE_BYTES: Final = 12
_LEAST_BYTES: Final = NONCE_BYTES + 16


@final
class FieldCipher:
    """Encrypts and indexes values with the keys in force.

    Args:
        keyring: asked at every use, so that a new key is taken up while the app runs.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def encrypt(self, plain: bytes, bound_to: str) -> str:
        """Return a token of `plain` that is readable only as the value of `bound_to`, a ``table.column``."""
        key = self._keyring.current("field")
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(key.secret).encrypt(nonce, plain, _bound(key.id, bound_to))
        return f"{MARK}.{key.id}.{urlsafe_b64encode(nonce + sealed).rstrip(b'=').decode('ascii')}"

    def decrypt(self, token: str, bound_to: str) -> bytes:
        """Return what was encrypted.

        Raises:
            UnreadableTokenError: it is no token, was changed, or belongs to another place.
            UnknownKeyError: its key is not in the key file.
        """
        mark, _, rest = token.partition(".")
        key_id, _, body = rest.partition(".")
        sealed = _decoded(body)
        if mark != MARK or len(sealed) < _LEAST_BYTES:
            raise _unreadable(bound_to, "it is not encrypted")
        key = self._keyring.get("field", key_id)
        try:
            return AESGCM(key.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(key_id, bound_to))
        except InvalidTag:
            problem = "it was changed, or copied from another column"
            raise _unreadable(bound_to, problem) from None

    def is_current(self, token: str) -> bool:
        """Tell whether a token was made with the current key."""
        return key_of(token) == self._keyring.current("field").id

    def index(self, plain: str, bound_to: str) -> str:
        """Return the blind index under which `plain` is stored from now on."""
        return _index(self._keyring.current("index").id, self._keyring.current("index").secret, plain, bound_to)

    def indexes(self, plain: str, bound_to: str) -> tuple[str, ...]:
        """Return every blind index under which `plain` may be stored, the current one first."""
        keys = sorted(self._keyring.keys().of("index"), key=lambda key: not key.current)
        return tuple(_index(key.id, key.secret, plain, bound_to) for key in keys)


def key_of(token: str) -> str | None:
    """Return the id of the key that a token was made with; ``None`` if it is no token."""
    mark, _, rest = token.partition(".")
    key_id, dot, _ = rest.partition(".")
    return key_id if mark == MARK and dot else None


def _index(key_id: str, secret: bytes, plain: str, bound_to: str) -> str:
    digest = hmac.new(secret, _bound(key_id, bound_to) + b"\0" + plain.encode(), hashlib.sha256).digest()
    return f"{key_id}.{urlsafe_b64encode(digest).rstrip(b'=').decode('ascii')}"


def _bound(key_id: str, bound_to: str) -> bytes:
    return f"{MARK}.{key_id}.{bound_to}".encode()


def _decoded(body: str) -> bytes:
    try:
        sealed = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except ValueError:
        return b""
    # Base64 leaves bits of the last character unused and skips foreign characters: one value, one spelling.
    return sealed if urlsafe_b64encode(sealed).rstrip(b"=") == body.encode() else b""


def _unreadable(bound_to: str, problem: str) -> KeyringError:
    remedy = "The other rows can be read. `app keys verify` names the row; restore it from the audit or a backup."
    return UnreadableTokenError(f"A value of {bound_to} cannot be decrypted: {problem}.", remedy=remedy)
