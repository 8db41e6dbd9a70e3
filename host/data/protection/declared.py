"""What the loaded models declare as protected: which columns are encrypted and which indexes belong to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import sqlalchemy as sa
from sqlalchemy import Column, MetaData, Table

from host.data.protection.blind_index import BlindIndex, blind_indexes
from host.data.protection.encrypted import Encrypted


@final
@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A table with encrypted columns.

    Args:
        raw: the same table as the database sees it: tokens are texts, which can be compared and written as they are.
        encrypted: its encrypted columns.
        indexes: name of an encrypted column → the blind indexes over it.
    """

    table: Table
    raw: Any
    encrypted: tuple[Column[Any], ...]
    indexes: dict[str, list[Column[Any]]]

    @property
    def key(self) -> list[Any]:
        """The columns of the primary key."""
        return [self.raw.c[column.name] for column in self.table.primary_key.columns]

    @property
    def index_columns(self) -> list[Column[Any]]:
        """Every blind index."""
        return [column for columns in self.indexes.values() for column in columns]


def protected_tables(metadatas: Iterable[MetaData]) -> Sequence[ProtectedTable]:
    """Return every table with encrypted columns, by name."""
    tables = {table.name: table for metadata in metadatas for table in metadata.tables.values()}
    found = [_protected(table) for _, table in sorted(tables.items())]
    return [each for each in found if each.encrypted]


_TOKENS: Final = (Encrypted, BlindIndex)


def _protected(table: Table) -> ProtectedTable:
    columns = [
        sa.column(column.name, sa.Text() if isinstance(column.type, _TOKENS) else column.type)
        for column in table.columns
    ]
    encrypted = tuple(column for column in table.columns if isinstance(column.type, Encrypted))
    raw = sa.table(table.name, *columns, schema=table.schema)
    return ProtectedTable(table, raw, encrypted, blind_indexes(table.columns))
