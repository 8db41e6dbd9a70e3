"""What happened to one record, as the writer of it says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, final

from sqlalchemy import Table

Action = Literal["insert", "update", "delete", "soft_delete", "restore"]


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One record that was written.

    Args:
        table: whose row it is, such as ``Article.__table__``.
        key: value of the primary key; a tuple in the order of its columns when there are several.
        action: what was done.
        before: column name → value before; ``None`` for an insert. For an update the changed columns suffice:
            columns that are the same in both are left out of the record.
        after: column name → value after; ``None`` for a delete.
    """

    table: Table
    key: Any
    action: Action
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
