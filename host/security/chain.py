"""HMAC-SHA256 with one key for many short messages, and the two links that it makes: a record's mac and its seal."""

import hashlib
import hmac
from typing import Final, final

_BLOCK: Final = 64
_INNER: Final = bytes(each ^ 0x36 for each in range(256))
_OUTER: Final = bytes(each ^ 0x5C for each in range(256))


@final
class Chain:
    """Authenticates records and links them, under one key.

    HMAC as in RFC 2104, with the padded key hashed once: about half the time of `hmac.digest` on short messages.

    Args:
        secret: the key, 32 bytes.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        padded = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))

    def mac(self, message: str) -> str:
        """Return the HMAC of `message` as 64 hexadecimal digits."""
        inner = self._inner.copy()
        inner.update(message.encode("utf-8", "surrogatepass"))
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest()

    def seal(self, previous: str, seq: int, mac: str) -> str:
        """Return the link that binds the record `mac` to place `seq` after the record sealed with `previous`."""
        return self.mac(f"seal\0{previous}\0{seq}\0{mac}")


def same(left: str | None, right: str) -> bool:
    """Compare two macs in constant time."""
    return left is not None and hmac.compare_digest(left.encode(), right.encode())
