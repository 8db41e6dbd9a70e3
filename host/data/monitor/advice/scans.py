"""Reads from a plan which tables are read from end to end."""

import re
from typing import Final

_SQLITE: Final = re.compile(r"^\s*SCAN (?!CONSTANT ROW|\()(?:TABLE )?(\S+)(?!.*\b(?:VIRTUAL TABLE)\b)", re.MULTILINE)
_AUTOMATIC: Final = re.compile(r"^\s*SEARCH (\S+) USING AUTOMATIC", re.MULTILINE)
_POSTGRESQL: Final = re.compile(r"Seq Scan on (?:\w+\.)?\"?(\w+)\"?")
_COST: Final = re.compile(r"cost=[\d.]+\.\.([\d.]+)")


def scanned(plan: str, dialect: str) -> set[str]:
    """Return names of tables, on SQLite their aliases, that the plan reads whole or indexes for itself each time."""
    if dialect == "sqlite":
        return {name.strip('"') for name in (*_SQLITE.findall(plan), *_AUTOMATIC.findall(plan))}
    return set(_POSTGRESQL.findall(plan))


def self_indexed(plan: str) -> set[str]:
    """Return aliases of tables for which SQLite makes an index of its own in every run of the statement."""
    return set(_AUTOMATIC.findall(plan))


def cost(plan: str) -> float:
    """Return PostgreSQL's cost of the whole plan."""
    found = _COST.search(plan)
    return float(found[1]) if found else 0.0
