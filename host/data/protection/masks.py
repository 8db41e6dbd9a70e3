"""What is shown of personal data to those who may not see it: enough to recognise, too little to use."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Column, Table

HIDDEN: Final = "…"
NOT_PERSONAL: Final = "none"
"""``info={"pii": "none"}``: somebody looked, it is no personal data."""
_LEAST: Final = 6
"""Characters below which nothing of a number is shown."""


def masked(value: object, kind: str) -> str:
    """Return a value as it is shown without the permission: ``a…@example.com``.

    Args:
        value: anything; nothing becomes an empty text.
        kind: ``email``, ``phone``, ``name``, ``iban``, ``card``; of any other kind nothing is shown.
    """
    if value is None or value == "":
        return ""
    mask = MASKS.get(kind)
    return mask(str(value).strip()) if mask else HIDDEN


def pii_of(table: Table) -> Mapping[str, str]:
    """Return column name → kind of personal data, for the columns that declare one."""
    return {column.name: kind for column in table.columns if (kind := pii_kind(column))}


def pii_kind(column: Column[Any]) -> str:
    """Return the kind of personal data that a column declares: ``info={"pii": "email"}``; empty for none."""
    kind = str(column.info.get("pii", ""))
    return "" if kind == NOT_PERSONAL else kind


def masked_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return column name → value with declared personal data masked; for exports, logs and lists."""
    kinds = pii_of(table)
    return {name: masked(value, kinds[name]) if name in kinds else value for name, value in row.items()}


def _email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    return f"{local[0]}{HIDDEN}@{domain}" if at and local else HIDDEN


def _phone(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    if len(digits) < _LEAST:
        return HIDDEN
    country = match[0] if (match := re.match(r"\+\d{1,2}", value)) else ""
    return f"{country}{HIDDEN}{digits[-2:]}"


def _name(value: str) -> str:
    return " ".join(f"{word[0]}{HIDDEN}" for word in value.split())


def _iban(value: str) -> str:
    compact = re.sub(r"\s", "", value)
    return f"{compact[:2]}{HIDDEN}{compact[-4:]}" if len(compact) > 2 * _LEAST else HIDDEN


def _card(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    return f"{HIDDEN}{digits[-4:]}" if len(digits) > 2 * _LEAST else HIDDEN


MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "email": _email,
    "phone": _phone,
    "name": _name,
    "iban": _iban,
    "card": _card,
}
