"""A supplier as entered, and what makes it acceptable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from plugins.warehouse.faults import Fault, InputError
from plugins.warehouse.services.article_input import short

CONTACT: Final = ("contact", "email", "phone", "iban")
"""What is known of a person: stored encrypted, shown masked."""
LENGTHS: Final = {"company": 200, "city": 80, "note": 2000, "contact": 120, "email": 254, "phone": 40, "iban": 42}
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
_PHONE: Final = re.compile(r"\+?[\d\s()/.-]+")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, slots=True)
class SupplierInput:
    """A supplier's checked data.

    Args:
        name: of the company.
        contact: name of the person, like the other three ``None`` for: keep what is there; empty for: none.
        ended_on: since when nothing is bought there any more.
    """

    name: str
    city: str = ""
    note: str = ""
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    iban: str | None = None
    ended_on: date | None = None


def read_supplier(
    values: dict[str, str], *, ended_on: date | None = None, clear_contact: bool = False
) -> SupplierInput:
    """Check written values, field name → text; a blank contact field keeps what is there.

    Args:
        clear_contact: blank contact fields empty what was there instead.

    Raises:
        InputError: with every fault, each naming its field.
    """
    tidy = {name: " ".join(value.split()) for name, value in values.items()}
    iban = tidy.get("iban", "").replace(" ", "").upper()
    faults = list(_faults(tidy, iban))
    if faults:
        raise InputError(*faults)
    blank = "" if clear_contact else None
    contact = {name: tidy.get(name) or blank for name in CONTACT} | {"iban": iban or blank}
    return SupplierInput(tidy["company"], tidy.get("city", ""), tidy.get("note", ""), **contact, ended_on=ended_on)


def tidy_email(text: str) -> str:
    """Return an address as it is compared: without blanks around, in lower case."""
    return text.strip().casefold()


def spaced_iban(iban: str) -> str:
    """Return an account number in groups of four, as it stands on paper."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def is_iban(text: str) -> bool:
    """Tell whether the check digits of an account number fit (ISO 13616: the number modulo 97 leaves 1)."""
    if not _IBAN.fullmatch(text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(mark, 36)) for mark in turned)) % 97 == 1


def _faults(values: dict[str, str], iban: str) -> Iterator[Fault]:
    if not values.get("company"):
        yield Fault("warehouse.error.supplier_name_missing", "company")
    for name, longest in LENGTHS.items():
        text = values.get(name, "")
        if len(text) > longest:
            yield Fault("warehouse.error.too_long", name, {"longest": str(longest), "length": str(len(text))})
        if not text.isprintable():
            yield Fault("warehouse.error.control_character", name, {"value": short(ascii(text))})
    if (email := values.get("email", "")) and not _EMAIL.fullmatch(email):
        yield Fault("warehouse.error.email", "email", {"value": short(email)})
    if (phone := values.get("phone", "")) and not _PHONE.fullmatch(phone):
        yield Fault("warehouse.error.phone", "phone", {"value": short(phone)})
    if iban and not is_iban(iban):
        yield Fault("warehouse.error.iban", "iban", {"value": short(iban)})
