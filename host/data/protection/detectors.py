"""Tells what kind of personal data a name or a value looks like; patterns have bounded repetitions."""

import re
from collections.abc import Callable, Mapping
from typing import Final

_EMAIL: Final = re.compile(r"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_PHONE: Final = re.compile(r"(?:\+\d{1,3}|\(?0\d{1,5}\)?[ /-])[\d ()/-]{5,18}")
_CARD: Final = re.compile(r"(?:3[47]|4\d|5[1-5]|2[2-7]|6\d)\d{2}(?:[ -]?\d){10,15}")
_SOCIAL: Final = re.compile(r"\d{3}-\d{2}-\d{4}")
_ADDRESS_V4: Final = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")

NAMES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"(^|_)e_?mails?(_|$)|(^|_)mail_?(address|adresse)?$")),
    ("phone", re.compile(r"(^|_)(phone|mobile|fax|telephone|telefon|handy|cell)(_|$|number|nummer)")),
    ("iban", re.compile(r"(^|_)(iban|bank_?account|konto_?nummer)(_|$)")),
    ("card", re.compile(r"(^|_)(credit_?card|card_?number|kreditkarte)(_|$)")),
    ("name", re.compile(r"(^|_)(first|last|full|sur|given|family|contact|person|vor|nach)_?names?(_|$)|^contact$")),
    ("ip", re.compile(r"(^|_)ip(_?address)?$")),
    ("address", re.compile(r"(^|_)(street|address|postcode|postal_?code|zip_?code|strasse|plz|anschrift)(_|$)")),
    ("birth", re.compile(r"(^|_)(birth|birth_?day|birth_?date|date_of_birth|dob|born|geburtsdatum)(_|$)")),
    ("id", re.compile(r"(^|_)(passport|ssn|social_security|tax_?id|steuer_?id|national_id)(_|$)")),
)
LEAST_SHARE: Final[Mapping[str, float]] = {"email": 0.02, "iban": 0.02, "phone": 0.3, "card": 0.3, "id": 0.3, "ip": 0.3}
"""Share of a column's values from which a kind counts as found: numbers of other kinds look like these by chance."""


def kind_of_name(name: str) -> str | None:
    """Return the kind of personal data that a column's name speaks of."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:128]).lower()
    return next((kind for kind, pattern in NAMES if pattern.search(spaced)), None)


def kinds_of_value(text: str) -> set[str]:
    """Return the kinds of personal data that a value looks like; e-mail addresses and IBANs also inside a text."""
    cut = text[:2000].strip()
    return {kind for kind, found in _DETECTORS.items() if found(cut)}


def is_iban(text: str) -> bool:
    """Tell whether the check digits of an IBAN are right (ISO 13616, modulo 97)."""
    compact = re.sub(r"\s", "", text)
    if not 15 <= len(compact) <= 34:
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def is_card(text: str) -> bool:
    """Tell whether the check digit of a card number is right (ISO 7812, Luhn)."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = sum(sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
    return 14 <= len(digits) <= 19 and (doubled + sum(digits[-1::-2])) % 10 == 0


def _iban_in(text: str) -> bool:
    # The pattern takes blanks: cut what follows, so that the words behind an IBAN don't hide it.
    found = (re.sub(r"\s", "", match[0]) for match in _IBAN.finditer(text))
    return any(is_iban(each[:length]) for each in found for length in range(15, len(each) + 1))


def _phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return _PHONE.fullmatch(text) is not None and 7 <= digits <= 15


_DETECTORS: Final[Mapping[str, Callable[[str], bool]]] = {
    "email": lambda text: "@" in text and _EMAIL.search(text) is not None,
    "iban": _iban_in,
    "phone": _phone,
    "card": lambda text: _CARD.fullmatch(text) is not None and is_card(text),
    "id": lambda text: _SOCIAL.fullmatch(text) is not None,
    "ip": lambda text: _ADDRESS_V4.fullmatch(text) is not None,
}
