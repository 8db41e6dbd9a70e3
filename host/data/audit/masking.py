"""Hides personal data in audit records from those who may not see it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Table

from host.data.audit.reading import AuditRecord
from host.data.protection import masked, pii_of

UNKNOWN: Final = "unknown"
"""Kind of every value of a table that nobody has loaded: what it may hold, nobody can tell."""


def masked_record(record: AuditRecord, tables: Mapping[str, Table]) -> AuditRecord:
    """Return `record` with every declared value of personal data masked; of a table not loaded, every value."""
    table, kinds, key = tables.get(record.table), kinds_of(record, tables), record.key
    if table is not None and any(column.name in kinds for column in table.primary_key.columns):
        key = masked(key, UNKNOWN)
    return replace(record, key=key, before=_masked(record.before, kinds), after=_masked(record.after, kinds))


def kinds_of(record: AuditRecord, tables: Mapping[str, Table]) -> Mapping[str, str]:
    """Return column → kind of personal data; of a table not loaded every column counts."""
    table = tables.get(record.table)
    return dict.fromkeys(record.columns, UNKNOWN) if table is None else pii_of(table)


def _masked(values: Mapping[str, Any] | None, kinds: Mapping[str, str]) -> Mapping[str, Any] | None:
    if values is None:
        return None
    return {name: masked(value, kinds[name]) if name in kinds else value for name, value in values.items()}
