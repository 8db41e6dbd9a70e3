"""What a step does to the schema, whoever wrote it down: alembic's operations and plain SQL become the same values."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "create table",
    "drop table",
    "rename table",
    "add column",
    "drop column",
    "rename column",
    "change type",
    "set not null",
    "add constraint",
    "create index",
    "drop index",
    "write rows",
    "delete rows",
    "lock timeout off",
    "end transaction",
    "other",
    "unreadable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change.

    Args:
        kind: what is done.
        table: to which table.
        name: of the column, index or constraint.
        detail: what the message tells besides, such as the kind of a constraint.
        line: in the revision file.
        fills: a new column has a value for rows that are there already.
        gentle: done the way that holds no long lock: an index concurrently, a constraint not yet validated, a type
            that only grows, rows within bounds.
        repeatable: running it again after it was cut off does no harm.
    """

    kind: Kind
    table: str = ""
    name: str = ""
    detail: str = ""
    line: int = 0
    fills: bool = True
    gentle: bool = False
    repeatable: bool = field(default=False)
