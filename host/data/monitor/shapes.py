"""Turns statements into shapes: the same text for every value, every length of a list and every way to indent."""

import hashlib
import logging
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

if TYPE_CHECKING:
    from sqlglot import Expr

CACHED: Final = 2000
"""Statement texts whose shape is remembered."""
LONGEST_PARSED: Final = 20_000
"""Characters of a statement, its lists folded, up to which it is parsed; a longer one is folded by patterns only."""
LONGEST_KEPT: Final = 4000
_PARSED: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES")
_DIALECTS: Final = {"postgresql": "postgres"}
_TYPE: Final = r"(?:::\w+(?: WITH(?:OUT)? TIME ZONE| PRECISION| VARYING)?(?:\(\d+(?:, ?\d+)?\))?(?:\[\])*)?"
_PLACE: Final = rf"(?:\?|%\(\w+\)s|\$\d+){_TYPE}"
_LIST: Final = re.compile(rf"({_PLACE})(?:\s*,\s*{_PLACE})+")
_ROW: Final = rf"\(\s*{_PLACE}(?:\s*,\s*(?:{_PLACE}|\d+))*\s*\)"
_ROWS: Final = re.compile(rf"({_ROW})(?:\s*,\s*{_ROW})+")
_ANY_PLACE: Final = re.compile(_PLACE)
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_NUMBER: Final = re.compile(r"(?<![\w$])\d+(?:\.\d+)?\b|(?<=_)\d+\b")


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """What statements have in common that differ in values only.

    Args:
        fingerprint: 16 hexadecimal digits.
        text: the statement with ``?`` for every value.
        by_value: a SELECT without locks whose conditions are all ``column = value``.
    """

    fingerprint: str
    text: str
    by_value: bool = False


@final
class Shapes:
    """Remembers the shapes of the last statements.

    Args:
        dialect: ``sqlite``, ``postgresql`` or ``duckdb``.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = _DIALECTS.get(dialect, dialect)
        self._known: OrderedDict[str, Shape] = OrderedDict()
        self._lock: Final = threading.Lock()

    def of(self, statement: str) -> Shape:
        """Return the shape of `statement`; one that cannot be parsed is folded by patterns."""
        with self._lock:
            known = self._known.get(statement)
            if known is not None:
                self._known.move_to_end(statement)
                return known
        shape = self._made(statement)
        with self._lock:
            self._known[statement] = shape
            while len(self._known) > CACHED:
                self._known.popitem(last=False)
        return shape

    def _made(self, statement: str) -> Shape:
        folded = _LIST.sub(r"\1", _ROWS.sub(r"\1", statement)).strip()
        text, by_value = None, False
        if folded[:6].upper().startswith(_PARSED) and len(folded) <= LONGEST_PARSED:
            text, by_value = _parsed(folded, self._dialect)
        text = (text or _by_patterns(folded))[:LONGEST_KEPT]
        return Shape(hashlib.sha256(text.encode()).hexdigest()[:16], text, by_value)


def parse(text: str, dialect: str) -> "Expr | None":
    """Return the syntax tree of one statement, or ``None`` where sqlglot does not know the syntax."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    # It warns about syntax that it passes through as it is; that is no fault here.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        return sqlglot.parse_one(text, dialect=_DIALECTS.get(dialect, dialect))
    except (SqlglotError, RecursionError):
        return None


def _parsed(folded: str, dialect: str) -> tuple[str | None, bool]:
    tree = parse(folded, dialect)
    if tree is None:
        return None, False
    without_values = tree.transform(_without_value)
    # PostgreSQL's place is written as its driver does; no value is left that could hold the same two characters.
    text = without_values.sql(dialect=dialect, comments=False).replace("%s", "?")
    return text, _by_value(without_values)


def _without_value(node: "Expr") -> "Expr":
    from sqlglot import exp

    place = exp.Placeholder()
    if isinstance(node, exp.Literal | exp.Placeholder | exp.Parameter):
        return place
    if isinstance(node, exp.Cast | exp.Neg) and isinstance(node.this, exp.Placeholder | exp.Parameter | exp.Literal):
        return place
    if isinstance(node, exp.In) and _values_only(node.expressions):
        return exp.In(this=node.this.transform(_without_value), expressions=[place])
    return node


def _values_only(nodes: "list[Any]") -> bool:
    from sqlglot import exp

    return bool(nodes) and all(isinstance(each.unnest(), exp.Literal | exp.Placeholder | exp.Cast) for each in nodes)


def _by_value(tree: "Expr") -> bool:
    from sqlglot import exp

    where = tree.args.get("where") if isinstance(tree, exp.Select) else None
    # Rows that are locked one by one are locked in an order on purpose.
    if where is None or tree.args.get("locks"):
        return False
    conditions = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    return all(_equals_a_value(each) for each in conditions) and any(isinstance(each, exp.EQ) for each in conditions)


def _equals_a_value(condition: "Expr") -> bool:
    from sqlglot import exp

    if isinstance(condition, exp.Is):
        return True
    sides = {type(condition.args.get("this")), type(condition.args.get("expression"))}
    return isinstance(condition, exp.EQ) and sides == {exp.Column, exp.Placeholder}


def _by_patterns(folded: str) -> str:
    plain = _NUMBER.sub("?", _TEXT.sub("?", _ANY_PLACE.sub("?", folded)))
    return re.sub(r"\?(?:\s*,\s*\?)+", "?", " ".join(plain.split()))
