"""DuckDB as a development database: business tables lie in it, the host's own tables in a SQLite file beside it.

One process only. DuckDB has no savepoints: a nested unit joins the outer one, and if it fails, so does the outer.
"""

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, ExceptionContext, MetaData, Table, create_engine, event, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from host.data.engines.business import Business, DoomedUnitError
from host.data.engines.pools import ARGUMENTS_OF_NONE, pool_of, pooled
from host.data.engines.statements import log_statements
from host.data.faults import DatabaseUnavailableError
from host.errors import ConfigError, SchemaError
from host.logs import get_logger

if TYPE_CHECKING:
    from host.config import DatabaseConfig

_log: Final = get_logger(__name__)
INSTALL: Final = 'Install it: pip install "holdfast[duckdb]"'
_SEQUENCE: Final = re.compile(r"nextval\('([^']+)'\)")
_DOOMED: Final = "holdfast.doomed"


def build_duckdb(url: URL, config: "DatabaseConfig", *, pooling: bool) -> Business:
    """Build the engines for a DuckDB file; nothing is opened yet.

    Raises:
        ConfigError: the package is missing.
    """
    try:
        import duckdb_sqlalchemy  # noqa: F401 -- only whether it is there
    except ImportError as error:
        raise ConfigError(["database.url names DuckDB, which is not installed"], remedy=INSTALL) from error
    one = pool_of(1, 0, config.pool_timeout_s) if pooling else ARGUMENTS_OF_NONE
    many = pooled(config) if pooling else ARGUMENTS_OF_NONE
    _log.warning(
        "DuckDB holds the business tables, SQLite beside it the host's own; for development in one process",
        audit="not in the business transaction",
        savepoints="none: a nested unit that fails takes the outer one with it",
    )
    return Business(_engine(url, "BEGIN TRANSACTION", one), _engine(url, "BEGIN TRANSACTION READ ONLY", many))


def create_missing_tables(business: Business, target: str, metadata: MetaData | None) -> None:
    """Make the tables of `metadata` that are not there, without foreign keys; what else is left out is logged.

    Revisions don't run here: batch mode, partial indexes and most of ALTER TABLE are beyond DuckDB.

    Args:
        target: whose tables they are.

    Raises:
        SchemaError: there are no models, or a table that is there lacks a column of its model.
    """
    if metadata is None:
        problem = f"Schema of {target}: its Migrations name no metadata, from which DuckDB's tables are made."
        raise SchemaError(problem, remedy="Add metadata=Base.metadata to its Migrations, or use SQLite.")
    with business.write.begin() as connection:
        there = inspect(connection).get_table_names()
        for table in metadata.sorted_tables:
            if table.name in there:
                _require_columns(connection, target, table)
            else:
                _create(connection, table)


def _require_columns(connection: Connection, target: str, table: Table) -> None:
    known = {column["name"] for column in inspect(connection).get_columns(table.name)}
    lacking = sorted(column.name for column in table.columns if column.name not in known)
    if lacking:
        problem = f"Schema of {target}: the DuckDB table {table.name} lacks {', '.join(lacking)} of its model."
        raise SchemaError(problem, remedy="Remove the DuckDB file; its tables are then made anew, without their rows.")


def _create(connection: Connection, table: Table) -> None:
    partial = {index for index in table.indexes if index.dialect_options["sqlite"]["where"] is not None}
    # Updating an indexed column of a row that others refer to is refused by DuckDB, so orders could never change.
    connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
    for index in table.indexes - partial:
        connection.execute(CreateIndex(index))
    if partial:
        names = sorted(str(index.name) for index in partial)
        _log.warning("DuckDB has no partial indexes, so these don't hold", table=table.name, indexes=names)


def _engine(url: URL, begin: str, pool: dict[str, Any]) -> Engine:
    engine = create_engine(url, **pool)
    dialect: Any = engine.dialect
    # SQLAlchemy asks the dialect for savepoints; DuckDB has none to give.
    dialect.do_begin = lambda _connection: None
    dialect.do_savepoint = dialect.do_release_savepoint = lambda _connection, _name: None
    dialect.do_rollback_to_savepoint = _doom
    dialect.statement_compiler = _compiler(dialect.statement_compiler)
    event.listen(engine, "begin", lambda connection: _begin(connection, begin))
    event.listen(engine, "commit", _refuse_if_doomed)
    event.listen(engine, "before_cursor_execute", _make_sequences)
    event.listen(engine, "handle_error", _explained, retval=True)
    return log_statements(engine)


def _compiler(base: Any) -> Any:
    class DuckDbCompiler(base):  # type: ignore[misc]  # known at run time only
        """Writes the statements that are made for SQLite so that DuckDB takes them."""

        def for_update_clause(self, _select: Any, **_: Any) -> str:
            """Rows can't be locked one by one; they needn't, because one connection writes at a time."""
            return ""

        def _on_conflict_target(self, clause: Any, **kwargs: Any) -> str:
            # SQLite's clause names columns only, PostgreSQL's a constraint as well.
            clause.__dict__.setdefault("constraint_target", None)
            return str(super()._on_conflict_target(clause, **kwargs))

    return DuckDbCompiler


def _begin(connection: Connection, statement: str) -> None:
    connection.info.pop(_DOOMED, None)
    connection.exec_driver_sql(statement)


def _doom(connection: Connection, _name: str) -> None:
    connection.info[_DOOMED] = True


def _refuse_if_doomed(connection: Connection) -> None:
    if connection.info.get(_DOOMED):
        raise DoomedUnitError(
            "A nested unit of work failed, and DuckDB can't undo it alone: the outer one is rolled back too.",
            remedy="Let the error leave the outer unit, or use SQLite or PostgreSQL, which have savepoints.",
        )


def _explained(context: ExceptionContext) -> Exception | None:
    """Say what a second process should do, instead of what the file system said."""
    reason = str(context.original_exception).partition("\n")[0]
    if "Could not set lock" not in reason:
        return None
    return DatabaseUnavailableError(
        f"Another process has the DuckDB file open, and only one can: {reason}",
        remedy="End the other one, or set DATABASE_URL to SQLite or PostgreSQL, which several processes can use.",
    )


def _make_sequences(_connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    """Make what the numbering of a new table draws from; SQLAlchemy takes it for granted."""
    if statement.lstrip()[:12].upper() == "CREATE TABLE":
        for name in _SEQUENCE.findall(statement):
            cursor.execute(f'CREATE SEQUENCE IF NOT EXISTS "{name}"')
