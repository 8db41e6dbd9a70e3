"""Reads alembic's operations as changes."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Computed, String, Text
from sqlalchemy.types import TypeEngine

from host.data.migrate.safety.changes import Change
from host.data.migrate.safety.from_sql import read_statements


def read_operation(operation: ops.MigrateOperation, line: int, dialect: Any) -> Iterator[Change]:
    """Yield the changes that one operation makes.

    Args:
        operation: as alembic took it.
        line: of the revision file that asked for it.
        dialect: SQLAlchemy's dialect of the database.
    """
    match operation:
        case ops.ExecuteSQLOp():
            yield from read_statements(_text(operation.sqltext, dialect), dialect.name, line)
        case ops.AlterColumnOp():
            yield from _altered(operation, line)
        case _:
            yield _whole(operation, line)


def _whole(operation: ops.MigrateOperation, line: int) -> Change:  # noqa: PLR0911 -- a table of cases
    match operation:
        case ops.CreateTableOp():
            return Change(kind="create table", table=operation.table_name, line=line)
        case ops.DropTableOp():
            return Change(kind="drop table", table=operation.table_name, line=line)
        case ops.RenameTableOp():
            return Change(
                kind="rename table", table=operation.table_name, name=str(operation.new_table_name), line=line
            )
        case ops.AddColumnOp():
            return _added(operation.table_name, operation.column, line)
        case ops.DropColumnOp():
            return Change(kind="drop column", table=operation.table_name, name=operation.column_name, line=line)
        case ops.CreateIndexOp():
            return _index("create index", operation, bool(operation.if_not_exists), line)
        case ops.DropIndexOp():
            return _index("drop index", operation, bool(operation.if_exists), line)
        case ops.AddConstraintOp():
            return _constraint(operation, line)
    return Change(kind="other", line=line)


def _added(table: str, column: Column[Any], line: int) -> Change:
    fills = bool(column.nullable or column.server_default is not None or isinstance(column.computed, Computed))
    return Change(kind="add column", table=table, name=column.name, fills=fills, line=line)


def _altered(operation: ops.AlterColumnOp, line: int) -> Iterator[Change]:
    table, name = operation.table_name, operation.column_name
    if operation.modify_name:
        yield Change(kind="rename column", table=table, name=name, detail=operation.modify_name, line=line)
    if operation.modify_type is not None:
        gentle = _only_grows(operation.existing_type, operation.modify_type)
        yield Change(kind="change type", table=table, name=name, gentle=gentle, line=line)
    if operation.modify_nullable is False:
        yield Change(kind="set not null", table=table, name=name, line=line)


def _only_grows(before: TypeEngine[Any] | None, after: TypeEngine[Any]) -> bool:
    """Tell whether PostgreSQL changes the catalogue only: text that may become longer."""
    if not isinstance(before, String) or not isinstance(after, String):
        return False
    if after.length is None or isinstance(after, Text):
        return True
    return before.length is not None and before.length <= after.length


def _index(kind: Any, operation: Any, repeatable: bool, line: int) -> Change:
    gentle = bool(operation.kw.get("postgresql_concurrently"))
    name, table = str(operation.index_name), str(operation.table_name or "")
    return Change(kind=kind, table=table, name=name, gentle=gentle, repeatable=repeatable, line=line)


def _constraint(operation: ops.AddConstraintOp, line: int) -> Change:
    detail = type(operation).__name__.removeprefix("Create").removesuffix("Op").removesuffix("Constraint")
    table = str(getattr(operation, "table_name", "") or getattr(operation, "source_table", ""))
    keywords = getattr(operation, "kw", {})
    gentle = bool(keywords.get("postgresql_not_valid") or keywords.get("postgresql_using_index"))
    name = str(getattr(operation, "constraint_name", "") or "")
    return Change(kind="add constraint", table=table, name=name, detail=detail, gentle=gentle, line=line)


def _text(statement: Any, dialect: Any) -> str:
    return statement if isinstance(statement, str) else str(statement.compile(dialect=dialect))
