"""The place that a protected value is bound to: the column it stands in, known once the column has a table."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Table, event

from host.data.protection.faults import EncryptedColumnError


def bind_to_column(kind: Any, parent: Any, attached: Callable[[Column[Any], str], None]) -> None:
    """Call ``attached(column, "table.column")`` as soon as the column of the type `kind` is part of a table.

    Args:
        parent: what SQLAlchemy attaches the type to.
    """
    if not isinstance(parent, Column):
        return

    def in_table(column: Any, table: Any) -> None:
        if isinstance(table, Table) and column.type is kind:
            attached(column, f"{table.name}.{column.name}")

    event.listen(parent, "after_parent_attach", in_table)


def bind_once(kind: Any, place: str) -> None:
    """Set ``kind.bound_to``, unless its author did.

    Raises:
        EncryptedColumnError: one type object serves two columns, whose values could then be swapped.
    """
    if kind._fixed:
        return
    # SQLAlchemy copies types together with the place of the column that they come from.
    known = kind.__dict__.setdefault("_place", place)
    if known != place:
        raise EncryptedColumnError(f"{known} and {place} share one type.", remedy="Write the type out for each column.")
    kind.bound_to = place


def required(bound_to: str) -> str:
    """Return the place.

    Raises:
        EncryptedColumnError: the type stands in no column.
    """
    if not bound_to:
        remedy = "Use the type of a table's column only; a value belongs to the column it stands in."
        raise EncryptedColumnError("An encrypted value was used outside its column.", remedy=remedy)
    return bound_to
