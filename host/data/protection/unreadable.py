"""Finds values that cannot be decrypted: changed, moved here from another column, or made with a key that is gone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, inspect, select
from sqlalchemy.orm import Session

from host.data.protection.declared import ProtectedTable
from host.security import FieldCipher, Keyring, KeyringError


def unreadable_values(session: Session, keyring: Keyring, tables: Sequence[ProtectedTable]) -> list[tuple[str, str]]:
    """Return ``table.column`` and key of every value that cannot be decrypted; reads everything.

    Args:
        session: only read from.
    """
    cipher, found = FieldCipher(keyring), []
    names = set(inspect(session.connection()).get_table_names())
    for each in (table for table in tables if table.table.name in names):
        for row in session.execute(select(*each.raw.c), execution_options={"yield_per": 500}).mappings():
            name = ",".join(str(row[column.name]) for column in each.key)
            found += [
                (f"{each.table.name}.{column.name}", name) for column in each.encrypted if _bad(cipher, column, row)
            ]
    return found


def _bad(cipher: FieldCipher, column: Any, row: RowMapping) -> bool:
    token = row[column.name]
    if token is None:
        return False
    try:
        cipher.decrypt(token, column.type.bound_to)
    except KeyringError:
        return True
    return False
