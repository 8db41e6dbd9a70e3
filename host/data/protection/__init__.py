"""Columns that protect what they hold: encrypted, found by blind index, masked, and known to hold personal data."""

from host.data.protection.blind_index import BlindIndex
from host.data.protection.encrypted import Encrypted
from host.data.protection.extension import FieldProtection
from host.data.protection.faults import EncryptedColumnError, EncryptedValueError
from host.data.protection.masks import masked, masked_row, pii_kind, pii_of
from host.data.protection.reveal import Revealer
from host.data.protection.revealed import Revealed

__all__ = [
    "BlindIndex",
    "Encrypted",
    "EncryptedColumnError",
    "EncryptedValueError",
    "FieldProtection",
    "Revealed",
    "Revealer",
    "masked",
    "masked_row",
    "pii_kind",
    "pii_of",
]
