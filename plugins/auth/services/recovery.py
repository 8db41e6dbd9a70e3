"""Recovery codes: each replaces the authenticator once; they are shown when they are made and stand hashed only."""

import hashlib
import secrets
from typing import Final

COUNT: Final = 10
LENGTH: Final = 16
GROUP: Final = 4
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters, without 0, 1, I and O, which are taken for one another; 16 of them are 80 bits."""


def new_codes() -> tuple[str, ...]:
    """Return fresh codes as they are shown, in groups."""
    plain = ("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT))
    return tuple("-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in plain)


def is_code(typed: str) -> bool:
    """Tell whether what was typed may be a recovery code, rather than one of an authenticator."""
    plain = _plain(typed)
    return len(plain) == LENGTH and all(each in ALPHABET for each in plain)


def code_hash(user_id: str, typed: str) -> bytes:
    """Return what stands for a person's code in the table."""
    return hashlib.sha256(f"{user_id}:{_plain(typed)}".encode()).digest()


def _plain(typed: str) -> str:
    return "".join(typed.upper().replace("-", "").split())
