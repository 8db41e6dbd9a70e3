"""Finds indexes that cost writes and bring nothing: equal ones, prefixes of others, and ones that nobody uses."""

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Final

from host.data.monitor.advice.advice import Advice, AdviceKind
from host.data.monitor.advice.catalogue import Index, Table

LEAST_SIZE_BYTES: Final = 64 * 1024
"""Smaller unused indexes are not worth a word."""
LEAST_USES: Final = 1000
"""Uses of a table's other indexes from which it says something that one was never used."""
Drop = Callable[[Index], str]
"""Returns the statement that drops an index."""


def surplus(table: Table, drop: Drop) -> Iterator[Advice]:
    """Yield duplicates and redundant prefixes of one table."""
    repeating = {one.name: other for one, other in _comparable(table.indexes) if _repeats(one, other)}
    for index in table.indexes:
        if index.name in repeating:
            yield _advice("duplicate", index, drop, f"It is equal to {_name(repeating[index.name])}.")
    kept = [index for index in table.indexes if index.name not in repeating]
    beginning = {one.name: other for one, other in _comparable(kept) if _begins(one, other)}
    for index in kept:
        if index.name in beginning:
            reason = f"{_name(beginning[index.name])} begins with the same columns."
            yield _advice("redundant", index, drop, reason)


def unused(table: Table, drop: Drop, since: str) -> Iterator[Advice]:
    """Yield indexes that were never used, as far as the database counts."""
    if sum(index.scans or 0 for index in table.indexes) < LEAST_USES:
        return
    for index in table.indexes:
        idle = index.scans == 0 and not index.unique and not index.constraint
        # One that makes another one redundant is needed as soon as that one is gone.
        idle = idle and not any(_begins(other, index) for other in table.indexes)
        if idle and (index.size_bytes or 0) >= LEAST_SIZE_BYTES:
            yield _advice("unused", index, drop, f"It was not used once {since}; on replicas nobody looked.")


def unseen(tables: Sequence[Table], plans: Sequence[str]) -> list[str]:
    """Return the names of droppable indexes that none of `plans` names."""
    droppable = (index for table in tables for index in table.indexes if not index.constraint and not index.unique)
    return sorted(index.name for index in droppable if not any(index.name in plan for plan in plans))


def _comparable(indexes: Sequence[Index]) -> Iterator[tuple[Index, Index]]:
    """Yield each index that may be dropped with each other one that holds the same rows."""
    return ((one, other) for one, other in permutations(indexes, 2) if not one.constraint and one.where == other.where)


def _begins(one: Index, other: Index) -> bool:
    return not one.unique and len(one.keys) < len(other.keys) and other.keys[: len(one.keys)] == one.keys


def _repeats(one: Index, other: Index) -> bool:
    if one.keys != other.keys or (one.unique and not other.unique):
        return False
    # Of two that are alike in everything the one that comes later in the alphabet goes.
    alike = one.unique == other.unique and not other.constraint
    return one.name > other.name if alike else True


def _advice(kind: AdviceKind, index: Index, drop: Drop, reason: str) -> Advice:
    return Advice(kind, index.table, index.name, drop(index), reason)


def _name(index: Index) -> str:
    return index.name or "the primary key"
