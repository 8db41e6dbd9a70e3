"""Reads plain SQL as changes, with sqlglot; what it cannot read is said to be unreadable."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from host.data.migrate.safety.changes import Change

if TYPE_CHECKING:
    from sqlglot import exp

_DIALECTS: Final = {"postgresql": "postgres", "sqlite": "sqlite"}
_ROWS: Final = {"Insert": "other", "Select": "other", "Update": "write rows", "Delete": "delete rows"}


def read_statements(sql: str, dialect: str, line: int) -> Iterator[Change]:
    """Yield the changes that statements make.

    Args:
        sql: one or more statements.
        dialect: SQLAlchemy's name of it.
        line: of the revision file that runs them.
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    # It warns of what it keeps as text, such as the body of a function; that is no finding.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        found = sqlglot.parse(sql, read=_DIALECTS.get(dialect, dialect))
    except SqlglotError as error:
        yield Change(kind="unreadable", detail=str(error).partition("\n")[0], line=line)
        return
    for statement in found:
        if statement is not None:
            yield from _read(statement, line)


def _read(statement: Any, line: int) -> Iterator[Change]:
    kind = type(statement).__name__
    if kind == "Alter" and statement.args.get("kind") == "TABLE":
        for action in statement.args.get("actions") or ():
            yield _action(statement, action, line)
    elif kind == "Create":
        yield _created(statement, line)
    elif kind == "Drop":
        yield from _dropped(statement, line)
    elif kind == "TruncateTable":
        yield from (Change(kind="delete rows", table=each.name, line=line) for each in statement.expressions)
    elif kind in _ROWS:
        yield _rows(statement, kind, line)
    elif kind == "Set" and _switches_timeout_off(statement.sql()):
        yield Change(kind="lock timeout off", line=line)
    elif kind in ("Commit", "Rollback", "Transaction"):
        yield Change(kind="end transaction", line=line)
    else:
        yield Change(kind="other", line=line, repeatable="VALIDATE CONSTRAINT" in statement.sql().upper())


def _action(statement: "exp.Expression", action: Any, line: int) -> Change:  # noqa: PLR0911 -- a table of cases
    table, name = _table(statement), action.name
    match type(action).__name__:
        case "ColumnDef":
            rules = [type(each.kind).__name__ for each in action.args.get("constraints") or ()]
            fills = "NotNullColumnConstraint" not in rules or "DefaultColumnConstraint" in rules
            return Change(kind="add column", table=table, name=name, fills=fills, line=line)
        case "Drop" if action.args.get("kind") == "COLUMN":
            dropped = [each.name for each in action.args.get("tables") or ()]
            return Change(kind="drop column", table=table, name=dropped[0] if dropped else name, line=line)
        case "RenameColumn":
            return Change(kind="rename column", table=table, name=name, detail=action.args["to"].name, line=line)
        case "AlterRename":
            return Change(kind="rename table", table=table, name=name, line=line)
        case "AlterColumn" if action.args.get("dtype") is not None:
            return Change(kind="change type", table=table, name=name, line=line)
        case "AlterColumn" if action.args.get("allow_null") is False:
            return Change(kind="set not null", table=table, name=name, line=line)
        case "AddConstraint":
            gentle = bool(statement.args.get("not_valid")) or "USING INDEX" in action.sql("postgres").upper()
            name = action.expressions[0].name if action.expressions else ""
            return Change(kind="add constraint", table=table, name=name, gentle=gentle, line=line)
    return Change(kind="other", table=table, line=line)


def _created(statement: Any, line: int) -> Change:
    what = str(statement.args.get("kind"))
    if what == "TABLE":
        return Change(kind="create table", table=_table(statement), line=line)
    if what != "INDEX":
        return Change(kind="other", line=line)
    index = statement.this
    return Change(
        kind="create index",
        table=index.args["table"].name if index.args.get("table") else "",
        name=index.name,
        gentle=bool(statement.args.get("concurrently")),
        repeatable=bool(statement.args.get("exists")),
        line=line,
    )


def _dropped(statement: Any, line: int) -> Iterator[Change]:
    gentle, repeatable = bool(statement.args.get("concurrently")), bool(statement.args.get("exists"))
    kinds = {"TABLE": "drop table", "INDEX": "drop index"}
    kind: Any = kinds.get(str(statement.args.get("kind")), "other")
    for each in statement.args.get("tables") or ():
        key = "name" if kind == "drop index" else "table"
        yield Change(kind=kind, gentle=gentle, repeatable=repeatable, line=line, **{key: each.name})


def _rows(statement: Any, kind: str, line: int) -> Change:
    bounded = statement.args.get("where") is not None
    found: Any = _ROWS[kind]
    return Change(kind=found, table=_table(statement), gentle=bounded, line=line)


def _table(statement: Any) -> str:
    from sqlglot import exp

    found = statement.find(exp.Table)
    return found.name if found is not None else ""


def _switches_timeout_off(statement: str) -> bool:
    words = statement.lower().replace("'", "").replace("=", " ").split()
    return "lock_timeout" in words and words[-1] in ("0", "0ms", "0s", "default")
