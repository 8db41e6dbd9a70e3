"""Reads from a statement's shape by what it selects and sorts, table by table."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

from host.data.monitor.shapes import parse

if TYPE_CHECKING:
    from sqlglot import Expr


@final
@dataclass(slots=True)
class Wish:
    """What an index on one table would have to serve.

    Args:
        equal: columns compared with ``=`` or ``IN``.
        joined: columns compared with another table's column.
        ranged: columns compared with ``<``, ``>`` or ``BETWEEN``.
        order: columns that the first rows are wanted by.
    """

    table: str
    equal: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    ranged: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)


def wishes(statement: str, dialect: str) -> dict[str, Wish]:
    """Return by alias what each table of a statement is asked for; nothing where the syntax is unknown."""
    from sqlglot import exp

    tree = parse(statement, dialect)
    if tree is None:
        return {}
    found: dict[str, Wish] = {}
    for part in tree.find_all(exp.Select, exp.Update, exp.Delete):
        found |= _wishes(part)
    return found


def _wishes(part: "Expr") -> dict[str, Wish]:
    tables = {alias: Wish(name) for alias, name in _tables(part).items()}
    for condition in _conditions(part):
        _read_condition(condition, tables)
    _read_order(part, tables)
    return tables


def _tables(part: "Expr") -> dict[str, str]:
    """Return alias → table of what stands in FROM and JOIN; subqueries have their own turn."""
    from sqlglot import exp

    sources: list[Any] = [part.this] if isinstance(part, exp.Update | exp.Delete) else []
    source = part.args.get("from_") or part.args.get("from")
    sources += [source.this] if source is not None else []
    sources += [join.this for join in part.args.get("joins") or ()]
    return {each.alias_or_name: each.name for each in sources if isinstance(each, exp.Table)}


def _conditions(part: "Expr") -> "list[Any]":
    from sqlglot import exp

    where = part.args.get("where")
    roots = [where.this] if where is not None else []
    roots += [join.args["on"] for join in part.args.get("joins") or () if join.args.get("on") is not None]
    found: list[Any] = []
    for root in roots:
        found += root.flatten() if isinstance(root, exp.And) else [root]
    return [each.unnest() for each in found]


def _read_condition(condition: "Any", tables: dict[str, Wish]) -> None:
    from sqlglot import exp

    column, other = condition.args.get("this"), condition.args.get("expression")
    if isinstance(other, exp.Column) and not isinstance(column, exp.Column):
        column, other = other, column
    if not isinstance(column, exp.Column):
        return
    wish = _wish(column, tables)
    if isinstance(condition, exp.EQ) and isinstance(other, exp.Column):
        for side in (column, other):
            _add(_wish(side, tables), "joined", side.name)
    elif isinstance(condition, exp.EQ | exp.In) and condition.args.get("query") is None:
        _add(wish, "equal", column.name)
    elif isinstance(condition, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Between):
        _add(wish, "ranged", column.name)


def _read_order(part: "Expr", tables: dict[str, Wish]) -> None:
    from sqlglot import exp

    order = part.args.get("order")
    if order is None or part.args.get("limit") is None or part.args.get("group") is not None:
        return
    columns = [each.this for each in order.expressions]
    if not all(isinstance(each, exp.Column) for each in columns):
        return
    asked = {id(wish): wish for each in columns if (wish := _wish(each, tables)) is not None}
    if len(asked) == 1:
        next(iter(asked.values())).order = [each.name for each in columns]


def _wish(column: "Any", tables: dict[str, Wish]) -> Wish | None:
    if column.table:
        return tables.get(column.table)
    return next(iter(tables.values())) if len(tables) == 1 else None


def _add(wish: Wish | None, kind: str, column: str) -> None:
    if wish is not None and column not in getattr(wish, kind):
        getattr(wish, kind).append(column)
