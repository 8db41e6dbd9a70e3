"""What is advised, why, and how far it was checked."""

from dataclasses import dataclass
from typing import Literal, final

AdviceKind = Literal["missing", "foreign_key", "duplicate", "redundant", "unused"]
Verified = Literal["", "hypopg", "planner"]


@final
@dataclass(frozen=True, slots=True)
class Advice:
    """One index to make or to drop.

    Args:
        kind: what is wrong.
        table: whose index it is.
        index: name of the index to make or to drop.
        statement: the SQL to run, best from a migration.
        reason: one sentence.
        verified: ``hypopg``: PostgreSQL's planner takes a hypothetical index and its cost falls; ``planner``: SQLite's
            planner takes the index in a copy of the schema; empty: nobody checked, or nothing can.
        cost: the planner's cost before and after, where it tells costs.
        fingerprint: the statement that asks for the index.
        site: ``file:line`` that asked, where it was slow.
    """

    kind: AdviceKind
    table: str
    index: str
    statement: str
    reason: str
    verified: Verified = ""
    cost: tuple[float, float] | None = None
    fingerprint: str = ""
    site: str = ""


@final
@dataclass(frozen=True, slots=True)
class IndexReport:
    """Everything that can be said about the indexes of a database.

    Args:
        advice: what to do, missing indexes first.
        notes: what cannot be known, and since when statistics count.
    """

    advice: tuple[Advice, ...]
    notes: tuple[str, ...]
