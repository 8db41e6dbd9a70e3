"""Keys that live outside the database, and what is done with them; knows no table."""

from host.security.cipher import FieldCipher
from host.security.faults import KeyringError, UnknownKeyError, UnreadableTokenError
from host.security.keyring import Keyring
from host.security.keys import PURPOSES, Key, Keys, Purpose

__all__ = [
    "PURPOSES",
    "FieldCipher",
    "Key",
    "Keyring",
    "KeyringError",
    "Keys",
    "Purpose",
    "UnknownKeyError",
    "UnreadableTokenError",
]
