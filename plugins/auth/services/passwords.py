"""Passwords: hashed with argon2id, checked at one cost for everybody and nobody, judged before they are set."""

import os
import threading
import unicodedata
from typing import Final

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from plugins.auth.services.hash_slots import HashSlots
from plugins.auth.services.strength import LONGEST_BYTES, problems
from plugins.auth.settings import AuthSettings
from plugins.auth.values import Problem

MEMORY_KIB: Final = 19 * 1024
"""With two passes as strong as a hash of 46 MiB and one; a larger one would be a way to overload the server."""
PASSES: Final = 2
WAITING: Final = 64
"""Attempts that may wait for their turn: at 40 ms each, a few seconds."""
_BCRYPT: Final = ("$2a$", "$2b$", "$2y$")
_BCRYPT_BYTES: Final = 72
"""More never counted for bcrypt; the library refuses it, where those that made old hashes cut it off."""


class Passwords:
    """Makes and checks hashes; a check costs one computation, whether there is somebody to check for or not.

    Args:
        memory_kib: of one computation.
        passes: over that memory.
    """

    def __init__(self, settings: AuthSettings, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._shortest = settings.password_length
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._slots = HashSlots(2 * (os.cpu_count() or 1), WAITING)
        self._counting = threading.Lock()
        self._nobodys = self._hasher.hash(os.urandom(16))
        self.computations = 0
        """Hashes computed so far by this object, whatever came of them."""

    def hash(self, text: str) -> str:
        """Return the hash to store.

        Raises:
            HashingBusyError: too many are being computed.
        """
        with self._slots.taken():
            self._count()
            return self._hasher.hash(_normal(text))

    def verify(self, stored: str | None, text: str) -> bool:
        """Tell whether `text` is the password behind a hash; ``None`` stands for nobody and costs the same.

        Raises:
            HashingBusyError: too many are being computed.
        """
        right_length = len(text.encode("utf-8", "replace")) <= LONGEST_BYTES
        typed = text if right_length else ""
        with self._slots.taken():
            self._count()
            if stored is not None and stored.startswith(_BCRYPT):
                return _verify_bcrypt(stored, typed) and right_length
            return self._verify_argon2(stored or self._nobodys, typed) and stored is not None and right_length

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash was made with bcrypt, or weaker than hashes are made now."""
        try:
            return self._hasher.check_needs_rehash(stored)
        except InvalidHashError:
            return True

    def faults(self, text: str, login: str = "", name: str = "") -> list[Problem]:
        """Return what speaks against `text` as somebody's new password, in words for that person."""
        return problems(text, self._shortest, (login, name))

    def _verify_argon2(self, stored: str, text: str) -> bool:
        try:
            return self._hasher.verify(stored, _normal(text))
        except (VerificationError, InvalidHashError):
            return False

    def _count(self) -> None:
        with self._counting:
            self.computations += 1


def _verify_bcrypt(stored: str, text: str) -> bool:
    try:
        return bcrypt.checkpw(text.encode("utf-8", "replace")[:_BCRYPT_BYTES], stored.encode())
    except ValueError:
        # Not a hash after all, or a zero byte, which bcrypt never took.
        return False


def _normal(text: str) -> bytes:
    """Return what is hashed: the same characters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace")
