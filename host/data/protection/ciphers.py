"""Which cipher a database's columns use: column types know their dialect, and each database has its own."""

from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine

from host.data.protection.faults import EncryptedColumnError
from host.security import FieldCipher

_ciphers: Final[WeakKeyDictionary[Dialect, FieldCipher]] = WeakKeyDictionary()


def use(engine: Engine, cipher: FieldCipher) -> None:
    """Let the encrypted columns of an engine use `cipher`."""
    _ciphers[engine.dialect] = cipher


def cipher_of(dialect: Dialect) -> FieldCipher:
    """Return the cipher of the database that a statement runs on.

    Raises:
        EncryptedColumnError: the database was opened without one.
    """
    cipher = _ciphers.get(dialect)
    if cipher is None:
        remedy = "Open it with extensions=[FieldProtection(keyring)], as the host does."
        raise EncryptedColumnError("This database was opened without keys for encrypted columns.", remedy=remedy)
    return cipher
