"""Runs one DuckDB query over named inputs that come from the database or from memory."""

import tempfile
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, cast, final

from sqlalchemy import Select

from host.data.analytics.batches import batches
from host.data.analytics.sandbox import open_sandbox
from host.data.database import Database
from host.errors import HostError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

MEMORY: Final = "256MB"
MOST_ROWS: Final = 100_000


class AnalyticsError(HostError):
    """The query is wrong, or gives more rows than were allowed."""


@final
class Analytics:
    """DuckDB beside the database, for aggregations that a row store is slow at.

    Each query has a DuckDB of its own in a temporary folder, which may use `memory` and writes what is beyond to that
    folder. It can read neither files nor the network and loads no extension.

    Args:
        database: SQLite or PostgreSQL; read from only.
        memory: most that DuckDB may take, as DuckDB writes it: ``"256MB"``.
        threads: that DuckDB may use; it runs beside everything else in the process.
    """

    def __init__(self, database: Database, *, memory: str = MEMORY, threads: int = 1) -> None:
        self._database = database
        self._memory = memory
        self._threads = threads

    def query(
        self, sql: str, *, may_lag: bool = True, most_rows: int = MOST_ROWS, **inputs: "Select[Any] | pd.DataFrame"
    ) -> "pd.DataFrame":
        """Return the result of `sql` in DuckDB's dialect.

        Args:
            sql: one statement; names the inputs as tables.
            may_lag: read a replica that is close enough, if there is one.
            most_rows: rows that the result may have.
            inputs: table name → a SQLAlchemy select of columns, or a data frame. All selects are read in one
                read-only unit of work, in batches of 10,000 rows.

        Raises:
            AnalyticsError: DuckDB refused the statement, or the result is too large.
            HostError: DuckDB is not installed.
        """
        with (
            tempfile.TemporaryDirectory(prefix="holdfast-analytics-") as folder,
            closing(open_sandbox(folder, self._memory, self._threads)) as sandbox,
        ):
            self._load(sandbox, inputs, may_lag=may_lag)
            return _result(sandbox, sql, most_rows)

    def _load(self, sandbox: "duckdb.DuckDBPyConnection", inputs: Mapping[str, Any], *, may_lag: bool) -> None:
        selects = {name: each for name, each in inputs.items() if isinstance(each, Select)}
        for name in inputs.keys() - selects.keys():
            _append(sandbox, name, inputs[name])
        if not selects:
            return
        with self._database.begin(readonly=True, may_lag=may_lag) as unit:
            for name, select in selects.items():
                for batch in batches(unit.session, select):
                    _append(sandbox, name, batch)


def _result(sandbox: "duckdb.DuckDBPyConnection", sql: str, most_rows: int) -> "pd.DataFrame":
    import duckdb

    try:
        # One row more than allowed tells a result that is too large from one that just fits.
        found = sandbox.execute(sql).to_arrow_reader(most_rows + 1)
        table = next(found, None)
        too_large = table is not None and (table.num_rows > most_rows or next(found, None) is not None)
    except duckdb.Error as error:
        problem = f"DuckDB can't run the query: {str(error).partition('LINE ')[0].strip()}"
        raise AnalyticsError(problem, remedy="Correct it; tables are the inputs by name.") from error
    if too_large:
        problem = f"the query gives more than {most_rows} rows"
        raise AnalyticsError(problem, remedy="Aggregate further, add LIMIT, or raise most_rows.")
    return cast("pd.DataFrame", (found.schema.empty_table() if table is None else table).to_pandas())


def _append(sandbox: "duckdb.DuckDBPyConnection", name: str, rows: Any) -> None:
    table = '"' + name.replace('"', '""') + '"'
    sandbox.register("incoming", rows)
    sandbox.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM incoming LIMIT 0")  # noqa: S608 -- quoted
    sandbox.execute(f"INSERT INTO {table} SELECT * FROM incoming")  # noqa: S608 -- quoted
    sandbox.unregister("incoming")
