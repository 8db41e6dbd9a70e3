"""Reads rows of a table by primary key, as they stand in the running transaction."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, or_, select

_AT_ONCE: Final = 100


def load(
    connection: Connection, table: Table, keys: Sequence[tuple[Any, ...]], columns: Sequence[str]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return key → values of `columns`, for the rows that are there."""
    own = list(table.primary_key.columns)
    by_name = {column.name: column for column in table.columns}
    query = select(*own, *(by_name[name] for name in columns))
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    left = iter(keys)
    while some := list(islice(left, _AT_ONCE)):
        same = (and_(*(column == part for column, part in zip(own, key, strict=True))) for key in some)
        for row in connection.execute(query.where(or_(*same))):
            found[tuple(row[: len(own)])] = dict(zip(columns, row[len(own) :], strict=True))
    return found
