"""Codes of an authenticator app: which time step a code belongs to, and the picture that tells the app the secret."""

import hmac
from datetime import datetime
from typing import Final

import pyotp
import segno

STEP_S: Final = 30
DIGITS: Final = 6
TOLERANCE: Final = (0, -1, 1)
"""Steps beside the present one that are taken: clocks differ, and people type slowly."""


def new_secret() -> str:
    """Return 160 random bits in base32."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, moment: datetime, used: int | None) -> int | None:
    """Return the time step that `code` belongs to, or ``None`` for a code that doesn't count.

    Args:
        code: what was typed, without spaces.
        used: the newest step whose code was taken; it and older ones don't count any more.
    """
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    codes = pyotp.HOTP(secret, digits=DIGITS)
    present = int(moment.timestamp()) // STEP_S
    found = [present + shift for shift in TOLERANCE if hmac.compare_digest(codes.at(present + shift), code)]
    return next((step for step in found if used is None or step > used), None)


def enrolment_uri(secret: str, login: str, issuer: str) -> str:
    """Return the address that an authenticator app understands."""
    # A colon parts issuer and account in the label.
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=login, issuer_name=issuer.replace(":", " "))


def picture(uri: str) -> str:
    """Return the QR code as an SVG element, black on white in every theme, because scanners need it so."""
    drawn: str = segno.make(uri, micro=False).svg_inline(scale=5, border=4, omitsize=True, dark="#000", light="#fff")
    return drawn
