"""Which tables a SQL text writes to, told from the text alone; errs towards naming one."""

import re
from typing import Final

_NAME: Final = r'(?:"(?:[^"]|"")+"|\[[^\]]+\]|`[^`]+`|\w+)'
_QUALIFIED: Final = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE: Final = rf"(?P<table>{_QUALIFIED})"
_SEVERAL: Final = re.compile(rf"(?:ONLY\s+)?({_QUALIFIED})", re.IGNORECASE)
_WRITE: Final = re.compile(
    rf"""\b(?:
        (?P<insert>(?:INSERT|REPLACE)\b(?:\s+OR\s+\w+)?\s+INTO\s+)
      | (?P<update>UPDATE\s+(?:OR\s+\w+\s+)?(?:ONLY\s+)?)
      | (?P<delete>DELETE\s+FROM\s+(?:ONLY\s+)?)
      | (?P<merge>MERGE\s+INTO\s+(?:ONLY\s+)?)
      | (?P<truncate>TRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?)
      | (?P<drop>DROP\s+(?:TABLE|SCHEMA)\s+(?:IF\s+EXISTS\s+)?)
      | (?P<alter>ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?)
      | (?P<copy>COPY\s+(?!\())
    ){_TABLE}(?P<others>(?:\s*,\s*(?:ONLY\s+)?{_QUALIFIED})*)""",
    re.IGNORECASE | re.VERBOSE,
)
_NOISE: Final = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_FIRST: Final = re.compile(r"\W*(\w+)")
_HARMLESS: Final = frozenset(
    {"SELECT", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET", "SHOW", "VALUES", "LISTEN"}
)
_SINGLE: Final = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE"})
_NO_TABLE: Final = frozenset({"set", "of", "nowait", "skip", "no", "cascade", "restrict"})
"""What follows UPDATE where no table does: ``DO UPDATE SET``, ``FOR UPDATE OF``, ``ON UPDATE CASCADE``."""


def written_tables(statement: str) -> frozenset[str]:
    """Return the names, without schema and quotes, of the tables that `statement` writes to."""
    first = _FIRST.match(statement)
    several = ";" in statement
    if first is not None and not several and not statement.lstrip().startswith(("-", "/")):
        word = first[1].upper()
        if word in _HARMLESS:
            return frozenset()
        if word in _SINGLE and (found := _WRITE.match(statement, first.start(1))):
            return frozenset(_names(found))
    # Text in quotes goes; what stands in dollar quotes stays, because a block of code writes as well.
    bare = _NOISE.sub(" ", statement)
    return frozenset(name for found in _WRITE.finditer(bare) for name in _names(found))


def _names(found: re.Match[str]) -> list[str]:
    name = _unqualified(found["table"])
    unquoted = _unquoted(name)
    if found["update"] and name[0] not in '"[`' and unquoted in _NO_TABLE:
        return []
    # Only these two take a list; after an UPDATE of a block of code a comma may mean anything.
    others = _SEVERAL.findall(found["others"]) if found["drop"] or found["truncate"] else []
    return [unquoted, *(_unquoted(_unqualified(each)) for each in others)]


def _unqualified(name: str) -> str:
    return re.split(r"\s*\.\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", name)[-1]


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name[0] in '"[`' else name.lower()
