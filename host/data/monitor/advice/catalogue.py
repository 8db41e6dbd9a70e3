"""What the database itself knows of its tables: indexes, foreign keys, sizes."""

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Index:
    """One index, or a primary key that is none by name.

    Args:
        columns: names or expressions in order.
        keys: the same with direction, collation and operator class: equal keys sort equally.
        unique: whether it forbids equal rows.
        constraint: whether it belongs to a constraint, so that it cannot just be dropped.
        where: the condition of a partial index.
        scans: how often it was used; ``None`` where the database doesn't count.
        size_bytes: on disk; ``None`` where that is unknown.
    """

    table: str
    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    unique: bool
    constraint: bool
    where: str = ""
    scans: int | None = None
    size_bytes: int | None = None


@final
@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that refer to another table."""

    columns: tuple[str, ...]
    target: str


@final
@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Args:
        rows: estimated, or counted up to `MOST_COUNTED`.
    """

    name: str
    rows: int
    columns: frozenset[str]
    indexes: tuple[Index, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def led_by(self, columns: tuple[str, ...]) -> Index | None:
        """Return a whole index that begins with `columns` in any order, if there is one."""
        wanted = set(columns)
        fit = (each for each in self.indexes if not each.where and set(each.columns[: len(columns)]) == wanted)
        return next(fit, None)
