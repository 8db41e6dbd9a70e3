"""Compares a target's models with its tables, and writes the difference down: for people, or as a revision."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import dedent
from typing import Any, Final

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _repr_type
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Float, MetaData, TypeDecorator
from sqlalchemy.types import TypeEngine

from host.data.migrate.targets import Target

_NOTHING: Final = "pass"


def drift(connection: Connection, target: Target) -> list[str]:
    """Return what the models say and the database has not, or the other way round, one line each.

    A target that doesn't name its models has no drift.
    """
    if target.metadata is None:
        return []
    context = _context(connection, target)
    return [_line(each) for each in _flat(compare_metadata(context, _owned(target, target.metadata)))]


def bodies(connection: Connection, target: Target) -> tuple[str, str]:
    """Return the code that brings the database to the models, and the code that takes it back."""
    if target.metadata is None:
        return _NOTHING, _NOTHING
    context = _context(connection, target)
    script = produce_migrations(context, _owned(target, target.metadata))
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    options: dict[str, Any] = {"migration_context": context, "render_item": _render_item}
    batch = connection.dialect.name == "sqlite"
    up, down = (
        render_python_code(steps, render_as_batch=batch, **options)
        for steps in (script.upgrade_ops, script.downgrade_ops)
    )
    return _without_notice(up), _without_notice(down)


def stored_type(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return what the database stores: revisions keep to SQLAlchemy's own types, which stay as they are."""
    return type_.impl_instance if isinstance(type_, TypeDecorator) else type_


def _context(connection: Connection, target: Target) -> MigrationContext:
    def own(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (name or "").startswith(target.prefix)

    return MigrationContext.configure(connection, opts={"include_name": own, "compare_type": _other_type})


def _other_type(
    context: MigrationContext, _there: Any, _wanted: Any, there: TypeEngine[Any], wanted: TypeEngine[Any]
) -> bool | None:
    """Tell whether two types differ; ``None`` leaves it to alembic. SQLite has one kind of inexact number."""
    if context.dialect.name == "sqlite" and isinstance(there, Float) and isinstance(wanted, Float):
        return False
    return None


def _owned(target: Target, metadata: MetaData) -> MetaData:
    """Return the models of this target only: several may share one metadata."""
    if all(name.startswith(target.prefix) for name in metadata.tables):
        return metadata
    mine = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        if table.name.startswith(target.prefix):
            table.to_metadata(mine)
    return mine


def _flat(differences: Iterable[Any]) -> Iterator[Any]:
    for each in differences:
        if isinstance(each, list):
            yield from each
        else:
            yield each


def _table(value: Any) -> str:
    return f"table {value.name}"


def _attached(value: Any) -> str:
    return f"{type(value).__name__.lower()} {value.name or '(unnamed)'} of {value.table.name}"


_WHAT: Final[Mapping[str, Callable[[Any], str]]] = {
    "table": lambda each: _table(each[1]),
    "column": lambda each: f"column {each[2]}.{each[3].name}",
    "index": lambda each: _attached(each[1]),
    "constraint": lambda each: _attached(each[1]),
    "fk": lambda each: _attached(each[1]),
}


def _line(difference: Any) -> str:
    verb, _, kind = str(difference[0]).partition("_")
    if verb == "modify":
        _, _, table, column, _, there, wanted = difference
        return f"{kind} of {table}.{column}: the database has {there!r}, the models say {wanted!r}"
    what = _WHAT[kind](difference) if kind in _WHAT else f"{kind} {difference[1]!r}"
    return f"{what}: the models have it, the database has not" if verb == "add" else f"{what}: only the database has it"


def _render_item(kind: str, value: Any, context: AutogenContext) -> str | bool:
    if kind == "type" and isinstance(value, TypeDecorator):
        return _repr_type(stored_type(value), context)
    return False


def _without_notice(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.lstrip().startswith("# ###")]
    return dedent("\n".join(lines)).strip() or _NOTHING
